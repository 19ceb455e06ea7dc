package dev.signet.quantize;

import dev.signet.core.MultiBitWeight;
import dev.signet.core.WeightMatrix;
import dev.signet.onnx.linear.LinearWeight;
import dev.signet.onnx.rewrite.Format;
import dev.signet.onnx.scan.WeightTensor;
import dev.signet.onnx.scan.WeightUse;
import dev.signet.quantize.correct.CalibratedNetwork;
import dev.signet.quantize.inspect.HeatGrid;
import dev.signet.quantize.inspect.WeightLevels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run says of each tensor. */
final class QuantizeReports {
    private QuantizeReports() {}

    /**
     * A report for every tensor, in the order of the network.
     *
     * @param damage of each tensor at 1..8 bits; empty where it was not measured
     */
    static List<TensorReport> of(
            Selection selection,
            CalibratedNetwork network,
            Map<WeightTensor, double[]> damage,
            QuantizeOptions options) {
        Map<String, TensorReport> byName = new LinkedHashMap<>();
        network.weights()
                .forEach((tensor, weight) -> byName.put(tensor.name(), report(tensor, weight, network, options)));
        Map<String, List<Double>> curves = new HashMap<>();
        damage.forEach((tensor, curve) ->
                curves.put(tensor.name(), Arrays.stream(curve).boxed().toList()));
        List<TensorReport> reports = new ArrayList<>();
        for (Selection.Choice choice : selection.choices()) {
            String name = choice.tensor().name();
            TensorReport report = byName.containsKey(name) ? byName.get(name) : Selection.kept(choice);
            List<Double> curve = curves.get(name);
            reports.add(curve == null ? report : report.withDamage(curve));
        }
        return reports;
    }

    private static TensorReport report(
            WeightTensor tensor, MultiBitWeight weight, CalibratedNetwork network, QuantizeOptions options) {
        WeightMatrix matrix = tensor.matrix();
        float[] approximation = weight.dequantize();
        double squares = 0;
        double error = 0;
        for (int i = 0; i < approximation.length; i++) {
            double w = matrix.values()[i];
            squares += w * w;
            error += (w - approximation[i]) * (w - approximation[i]);
        }
        return new TensorReport(
                tensor.name(),
                tensor.shape(),
                tensor.uses().stream().map(WeightUse::label).toList(),
                tensor.bytes(),
                options.format() == Format.DQ
                        ? LinearWeight.bytes(weight.layout(), weight.bits())
                        : weight.packedBytes(),
                new TensorReport.Quantized(
                        weight.bits(),
                        options.groupingOf(weight).text(),
                        squares > 0 ? error / squares : 0,
                        network.outputSnr().get(tensor),
                        WeightLevels.of(matrix, weight)),
                null,
                null,
                HeatGrid.ofSizes(matrix));
    }
}
