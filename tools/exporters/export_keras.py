"""Exports networks of Keras through tf2onnx, NHWC, with seeded random weights: export_keras.py FOLDER."""
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import keras
import tensorflow as tf
import tf2onnx


def sentences():
    """Words to a mood: an embedding table, a recurrent layer, two dense ones."""
    words = keras.Input((32,), dtype="int32", name="words")
    x = keras.layers.Embedding(4000, 64)(words)
    x = keras.layers.Bidirectional(keras.layers.LSTM(64))(x)
    x = keras.layers.Dense(64, activation="relu")(x)
    return keras.Model(words, keras.layers.Dense(4, activation="softmax")(x))


APPLICATIONS = keras.applications
# name, network, signature's shape, type
NETWORKS = [
    ("mobilenet_v2_035", lambda: APPLICATIONS.MobileNetV2((128, 128, 3), 0.35, weights=None),
     (None, 128, 128, 3), "float32"),
    ("efficientnet_v2_b0_open", lambda: APPLICATIONS.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(None, None, 3)), (None, None, None, 3), "float32"),
    ("nasnet_mobile", lambda: APPLICATIONS.NASNetMobile((224, 224, 3), weights=None),
     (1, 224, 224, 3), "float32"),
    ("sentences", sentences, (None, 32), "int32"),
]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    for name, make, shape, kind in NETWORKS:
        path = folder / f"{name}-tf2onnx.onnx"
        if path.exists():
            continue
        keras.utils.set_random_seed(0)
        try:
            network = make()
            run = tf.function(lambda x, net=network: net(x, training=False),
                              input_signature=[tf.TensorSpec(shape, kind, name="x")])
            tf2onnx.convert.from_function(run, input_signature=run.input_signature, opset=17,
                                          output_path=str(path.with_suffix(".part")))
            path.with_suffix(".part").rename(path)
            print(f"exporters: {path.name} {path.stat().st_size:,} bytes", flush=True)
        except Exception as wrong:  # the exporter's limit, not Signet's
            print(f"exporters: SKIPPED {name}: tf2onnx can not export it: "
                  f"{str(wrong).strip().splitlines()[0][:200]}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
