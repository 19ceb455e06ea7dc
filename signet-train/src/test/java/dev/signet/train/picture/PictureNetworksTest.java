package dev.signet.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.quantize.image.Picture;
import dev.signet.train.graph.DifferentiableModel;
import dev.signet.train.graph.TorchEngine;
import dev.signet.train.network.EnlargingNetwork;
import dev.signet.train.network.ResNet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("dev.signet.train.picture.PictureTrainingTest#isSupported")
class PictureNetworksTest {
    @Test
    void anUntrainedNetworkRepeatsPixels() {
        Picture picture = new Scenes(Split.TRAINING, 7, 5).picture(0);
        try (NDManager manager = TorchEngine.open(1);
                DifferentiableModel model =
                        DifferentiableModel.of(new EnlargingNetwork(4, 2).build("enlarging", 1), manager)) {
            NDArray output = model.forward(PictureArrays.unit(List.of(picture), manager), false);
            assertThat(output.getShape().getShape()).containsExactly(1, 3, 10, 14);
            float[] values = output.toFloatArray();
            for (int plane = 0; plane < 3; plane++) {
                for (int y = 0; y < 10; y++) {
                    for (int x = 0; x < 14; x++) {
                        assertThat(values[(plane * 10 + y) * 14 + x])
                                .isCloseTo(picture.at(plane, y / 2, x / 2) / 255, within(1e-6f));
                    }
                }
            }
        }
    }

    @Test
    void gramMatricesAreMeanProductsOfChannels() {
        var random = new SplittableRandom(5);
        float[] values = new float[2 * 3 * 4 * 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        try (NDManager manager = TorchEngine.open(1)) {
            float[] gram = Perception.gram(manager.create(values, new Shape(2, 3, 4, 5)))
                    .toFloatArray();
            for (int picture = 0; picture < 2; picture++) {
                for (int a = 0; a < 3; a++) {
                    for (int b = 0; b < 3; b++) {
                        double sum = 0;
                        for (int pixel = 0; pixel < 20; pixel++) {
                            sum += values[(picture * 3 + a) * 20 + pixel] * values[(picture * 3 + b) * 20 + pixel];
                        }
                        assertThat(gram[(picture * 3 + a) * 3 + b]).isCloseTo((float) (sum / 20), within(1e-6f));
                    }
                }
            }
        }
    }

    @Test
    void aClassifierSeesColoursAndLayersFromFineToCoarse() {
        try (NDManager manager = TorchEngine.open(1);
                Perception perception = Perception.of(
                        ResNet.named("resnet14x4", ResNet.Stem.FULL).build("features", 32, 10, 1), manager)) {
            NDArray picture = PictureArrays.unit(List.of(new Scenes(Split.TRAINING, 32, 32).picture(0)), manager);
            assertThat(perception.see(picture))
                    .extracting(layer ->
                            layer.getShape().get(1) + "x" + layer.getShape().get(2))
                    .containsExactly("3x32", "4x32", "4x32", "4x32", "8x16", "8x16", "16x8");
        }
    }

    @Test
    void patchesArePartsOfThePictureTurnedAndMirrored() {
        Picture picture = new Scenes(Split.TRAINING, 20, 16).picture(3);
        var pool = PatchPool.of(Pictures.of(List.of("a"), List.of(picture)), 16);
        var random = new SplittableRandom(1);
        float[] sums = new float[5];
        for (int left = 0; left < 5; left++) {
            for (int y = 0; y < 16; y++) {
                for (int x = 0; x < 16; x++) {
                    sums[left] += picture.at(1, y, left + x);
                }
            }
        }
        for (int n = 0; n < 50; n++) {
            Picture patch = pool.patch(random);
            float sum = 0;
            for (int i = 256; i < 512; i++) {
                sum += patch.values()[i];
            }
            assertThat(sums).contains(sum);
            float corner = patch.at(0, 0, 0);
            boolean found = false;
            for (int left = 0; left < 5; left++) {
                for (int y : new int[] {0, 15}) {
                    found |= picture.at(0, y, left) == corner || picture.at(0, y, left + 15) == corner;
                }
            }
            assertThat(found).isTrue();
        }
    }
}
