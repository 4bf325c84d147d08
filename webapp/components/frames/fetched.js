// Pictures and label maps from the server; what is refused is refused with the server's sentence.

// `options` are those of `fetch`.
export async function fetched(url, signal, options = {}) {
  const response = await fetch(url, { ...options, signal }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error("The connection to the server was lost; reload the page when it is back.");
  });
  if (response.ok) return response;
  const document = await response.json().catch(() => null);
  throw new Error(document?.detail ?? `The server answered ${response.status}.`);
}

export async function loadImage(url, signal) {
  const response = await fetched(url, signal);
  const blob = await response.blob();
  return createImageBitmap(blob).catch(() => {
    throw new Error("This browser cannot show the image.");
  });
}
