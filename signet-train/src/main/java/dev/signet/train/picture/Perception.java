package dev.signet.train.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.onnx.node.NodeView;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.Scalars;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a trained classifier sees pictures: their colours, and the activations of six of its layers, evenly from the first one to five
 * sixths of its depth. It is not trained here. Gatys et al. 2015 (arXiv 1508.06576) and Johnson et al. 2016 (arXiv 1603.08155) compare pictures so.
 */
final class Perception implements AutoCloseable {
    private static final int LAYERS = 6;

    private final DifferentiableModel classifier;
    private final List<String> layers;
    private final NDArray mean;
    private final NDArray deviation;

    private Perception(DifferentiableModel classifier, List<String> layers, NDManager manager) {
        this.classifier = classifier;
        this.layers = layers;
        Preprocessing usual = Preprocessing.CLASSIFICATION;
        mean = perChannel(usual.mean(), manager);
        deviation = perChannel(usual.std(), manager);
    }

    private static NDArray perChannel(double[] values, NDManager manager) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return manager.create(floats, new Shape(1, floats.length, 1, 1));
    }

    /**
     * A classifier of RGB images, normalized as usual.
     *
     * @throws InputException if it has less than six activations, or can not be differentiated
     */
    static Perception of(OnnxModel classifier, NDManager manager) {
        List<String> activations = new ArrayList<>();
        for (NodeProto node : classifier.proto().getGraph().getNodeList()) {
            if (NodeView.of(node).is("Relu")
                    || NodeView.of(node).is("LeakyRelu")
                    || NodeView.of(node).is("PRelu")) {
                activations.add(node.getOutput(0));
            }
        }
        if (activations.size() < LAYERS) {
            throw InputException.of(
                    classifier.where(),
                    String.format(
                            Locale.ROOT, "has %d layers with Relu, expected at least %d", activations.size(), LAYERS),
                    "give a deeper classifier with --features");
        }
        List<String> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(activations.get(i * activations.size() / LAYERS));
        }
        return new Perception(DifferentiableModel.of(classifier, manager), layers, manager);
    }

    /** The normalized colours and the layers' activations, [pictures, channels, height, width], of pictures 0..1. */
    List<NDArray> see(NDArray pictures) {
        NDArray colours = pictures.sub(mean).div(deviation);
        List<NDArray> seen = new ArrayList<>(List.of(colours));
        seen.addAll(classifier.forward(colours, false, layers, DifferentiableModel.Observer.NONE));
        return seen;
    }

    /** Gram matrices of activations: the mean over the picture of the products of all channels, [pictures, channels, channels]. */
    static NDArray gram(NDArray activations) {
        Shape shape = activations.getShape();
        long pixels = shape.get(2) * shape.get(3);
        NDArray rows = activations.reshape(shape.get(0), shape.get(1), pixels);
        return Scalars.divided(rows.matMul(rows.transpose(0, 2, 1)), pixels);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
