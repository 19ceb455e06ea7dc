package dev.signet.report;

import dev.signet.core.Grouping;
import dev.signet.core.Method;
import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.core.heatmap.Quantizer;
import dev.signet.lab.dataset.LabelledImages;
import dev.signet.lab.dataset.Pictures;
import dev.signet.lab.dataset.ResolutionPairs;
import dev.signet.lab.experiment.Cell;
import dev.signet.lab.experiment.ExperimentResult;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Setting;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.metric.Measured;
import dev.signet.lab.metric.Metric;
import dev.signet.lab.task.Classification;
import dev.signet.lab.task.SuperResolution;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.image.Picture;
import dev.signet.quantize.image.Preprocessing;
import dev.signet.quantize.inspect.HeatGrid;
import dev.signet.quantize.inspect.Histogram;
import dev.signet.quantize.inspect.ModelSummary;
import dev.signet.quantize.inspect.WeightLevels;
import dev.signet.quantize.runtime.Verification;
import dev.signet.quantize.solve.Importance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Pages with made-up figures of real shapes, and one name that tries to be markup. */
final class SamplePages {
    static final String EVIL = "conv<script>document.title='hacked'</script><img src=x onerror=alert(1)>";

    /** The pages ask a task for its name only. */
    private static final LabelledImages IMAGES = new LabelledImages() {
        @Override
        public int classes() {
            return 0;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Picture image(int index) {
            return picture(0);
        }

        @Override
        public int label(int index) {
            return 0;
        }

        @Override
        public String className(int label) {
            return "class";
        }
    };

    private SamplePages() {}

    static HtmlPage quantize(int layers) {
        List<TensorReport> tensors = tensors(layers, 3, true);
        return QuantizePage.of(
                new QuantizeReport(
                        Path.of("models", "resnet.onnx"),
                        Path.of("resnet-3bit.onnx"),
                        1_097_510,
                        144_784,
                        "no data: 854 dead-leaves and 426 noise images of 32 x 32",
                        17.3,
                        List.of(),
                        tensors,
                        new Verification(Verification.Kind.IDENTICAL, 0, Map.of()),
                        List.of("first and last layer have more bits: " + EVIL),
                        Map.of("solving", 3.5)),
                summary(layers));
    }

    static HtmlPage inspect(int layers) {
        return InspectPage.of(summary(layers));
    }

    static HtmlPage experiments() {
        return ExperimentPage.of("Demo", "Three tasks.", List.of(classification(), superResolution()));
    }

    private static ExperimentDetails classification() {
        List<Cell> cells = new ArrayList<>();
        for (int bits = 2; bits <= 4; bits++) {
            for (long seed = 0; seed < 2; seed++) {
                cells.add(cell(new Scheme.Own(Method.OUTPUT_AWARE), "uniform", bits, seed, 89 + 0.7 * bits));
            }
            cells.add(cell(new Scheme.Own(Method.ALTERNATING), "uniform", bits, 0, 22.5 * bits));
            cells.add(cell(new Scheme.Own(Method.ALTERNATING), "l1", bits, 0, 21 * bits));
            cells.add(cell(Scheme.parse("hqq"), "uniform", bits, 0, 10 * bits));
        }
        var layers = new LinkedHashMap<String, List<TensorReport>>();
        layers.put("output-aware, 2 bits", tensors(6, 2, false));
        layers.put("output-aware, 3 bits", tensors(6, 3, false));
        return new ExperimentDetails(
                new ExperimentResult(
                        Path.of("resnet.onnx"),
                        1_097_510,
                        new Classification(IMAGES, Preprocessing.UNIT),
                        measured(metrics(Metric.TOP1, 91.73, Metric.TOP5, 99.6)),
                        cells,
                        List.of()),
                Map.of("images", "10,000"),
                layers,
                List.of(),
                summary(6));
    }

    private static Cell cell(Scheme scheme, String importance, int bits, long seed, double top1) {
        return new Cell(
                new Setting(bits, new Way(scheme, Importance.parse(importance), new Grouping.Filter()), seed),
                36_000L * bits + 40_000,
                measured(metrics(Metric.TOP1, top1 + 0.1 * seed, Metric.TOP5, Math.min(99.5, top1 + 8))),
                null,
                List.of());
    }

    /** The first figure with what a thousand images gave for it. */
    private static Measured measured(SequencedMap<Metric, Double> metrics) {
        double[] images = new double[1000];
        if (metrics.firstEntry().getKey() == Metric.TOP1) {
            Arrays.fill(images, 0, (int) Math.round(10 * metrics.firstEntry().getValue()), 100);
        }
        return new Measured(metrics, images);
    }

    private static ExperimentDetails superResolution() {
        List<Cell> cells = new ArrayList<>();
        for (int bits = 2; bits <= 3; bits++) {
            cells.add(new Cell(
                    new Setting(bits, Way.usual(new Grouping.Filter()), 0),
                    30_000L * bits,
                    measured(metrics(Metric.PSNR, 31.0 + bits, Metric.SSIM, 0.9 + 0.01 * bits)),
                    null,
                    List.of()));
        }
        Picture original = picture(0);
        var variants = new LinkedHashMap<String, Picture>();
        variants.put("alternating, vanilla, 3 bits", picture(12));
        variants.put("output-aware, 3 bits", picture(2));
        var task = new SuperResolution(
                new ResolutionPairs(Pictures.of(List.of(EVIL), List.of(original)), null),
                2,
                SuperResolution.Enlarging.INSIDE,
                Preprocessing.UNIT);
        return new ExperimentDetails(
                new ExperimentResult(
                        Path.of("espcn-x2.onnx"),
                        86_237,
                        task,
                        measured(metrics(Metric.PSNR, 34.77, Metric.SSIM, 0.94)),
                        cells,
                        List.of(original)),
                Map.of(),
                new LinkedHashMap<>(),
                List.of(new PictureComparison(EVIL, original, variants, picture(0))),
                null);
    }

    /** A pattern with noise of this deviation. */
    private static Picture picture(int noise) {
        int side = 120;
        var random = new Random(5);
        float[] values = new float[3 * side * side];
        for (int i = 0; i < values.length; i++) {
            int plane = i / (side * side);
            int x = i % side;
            int y = i / side % side;
            values[i] = (float)
                    (128 + 100 * Math.sin(x * x / 900.0 + plane) * Math.cos(y / 9.0) + noise * random.nextGaussian());
        }
        return new Picture(side, side, values);
    }

    private static SequencedMap<Metric, Double> metrics(Metric first, double a, Metric second, double b) {
        SequencedMap<Metric, Double> metrics = new LinkedHashMap<>();
        metrics.put(first, a);
        metrics.put(second, b);
        return metrics;
    }

    private static List<TensorReport> tensors(int layers, int bits, boolean damage) {
        List<TensorReport> tensors = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            WeightMatrix matrix = weights(layer);
            MultiBitWeight weight = Quantizer.alternating(layer == 0 ? 6 : bits).quantize(matrix);
            List<Double> curve = new ArrayList<>();
            for (int b = 1; b <= 8; b++) {
                curve.add(0.3 / (1 + layer) * Math.pow(4, -b));
            }
            tensors.add(new TensorReport(
                    name(layer),
                    new int[] {matrix.filters(), matrix.inputs() / 9, 3, 3},
                    List.of("node" + layer),
                    4L * matrix.size(),
                    weight.packedBytes(),
                    new TensorReport.Quantized(
                            weight.bits(),
                            "filter",
                            0.04,
                            layer == 1 ? null : 20.0 - layer,
                            WeightLevels.of(matrix, weight)),
                    null,
                    damage ? curve : null,
                    HeatGrid.ofSizes(matrix)));
        }
        tensors.add(new TensorReport(
                "bias.2d", new int[] {2, 2}, List.of("n"), 16, 16, null, "would not get smaller", null, null));
        return tensors;
    }

    private static String name(int layer) {
        return layer == 0 ? EVIL : "layer%d.%d.conv%d.weight".formatted(1 + layer / 6, layer / 2 % 3, 1 + layer % 2);
    }

    private static WeightMatrix weights(int layer) {
        var random = new Random(layer);
        int filters = 8 << layer % 3;
        float[] values = new float[filters * 72];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.1 * random.nextGaussian() * (1 + i / 72 % 4));
        }
        return WeightMatrix.ofConv(filters, 8, 3, 3, values);
    }

    private static ModelSummary summary(int layers) {
        List<ModelSummary.Layer> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            WeightMatrix matrix = weights(layer);
            all.add(new ModelSummary.Layer(
                    name(layer),
                    new long[] {matrix.filters(), matrix.inputs() / 9, 3, 3},
                    4L * matrix.size(),
                    new ModelSummary.Weights(
                            List.of("Conv node" + layer),
                            matrix.filters(),
                            matrix.inputs(),
                            9,
                            0.1,
                            Histogram.of(matrix.values(), 61),
                            HeatGrid.ofSizes(matrix)),
                    null));
        }
        return new ModelSummary(
                "models/resnet.onnx",
                1_097_510,
                13,
                7,
                all,
                40,
                5_000,
                Histogram.of(weights(1).values(), -4, 4, 61));
    }
}
