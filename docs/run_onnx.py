"""Draws labels over a video: python run_onnx.py MODEL VIDEO OUT.mp4, after dyncell export."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

model, video, out = sys.argv[1:]
model = model.removesuffix(".onnx")  # as dyncell export does
if not Path(f"{model}.key.onnx").exists():
    sys.exit(f"There is no {model}.key.onnx; make it with dyncell export.")
key = onnxruntime.InferenceSession(f"{model}.key.onnx")
has_steady = Path(f"{model}.steady.onnx").exists()
steady = onnxruntime.InferenceSession(f"{model}.steady.onnx") if has_steady else None
said = key.get_modelmeta().custom_metadata_map
colours, interval = np.array(json.loads(said["colours"]), np.uint8), int(said["key_interval"])
_, height, width, _ = key.get_inputs()[0].shape
source, number = cv2.VideoCapture(video), 0
if not source.isOpened():
    sys.exit(f"{video} cannot be read as a video.")
rate = source.get(cv2.CAP_PROP_FPS) or 25
picture = cv2.VideoWriter(out, cv2.VideoWriter_fourcc(*"mp4v"), rate, (width, height))
while (read := source.read())[0]:
    bgr = cv2.resize(read[1], (width, height), interpolation=cv2.INTER_AREA)
    feed = {"frame": bgr[None, :, :, ::-1]}  # the graphs take RGB
    if number == 0 or (interval and number % interval == 0):
        labels, *state = key.run(None, feed)
    elif steady:  # without it the labels of the key frame stay
        feed |= {"prev_low": state[0], "prev_high": state[1]}
        labels, *state = steady.run(None, feed)
    picture.write(cv2.addWeighted(bgr, 0.5, colours[labels[0]][:, :, ::-1], 0.5, 0))
    number += 1
picture.release()
print(f"{out}: {number} frames")
