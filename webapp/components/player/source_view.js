// What a pane can show: the video itself.

export class SourceView {
  key = "source";
  kind = "source";
  title = "Source";
  layers = [];

  needs() {
    return [];
  }

  draw(context, picture) {
    context.drawImage(picture, 0, 0);
    return { note: "" };
  }
}
