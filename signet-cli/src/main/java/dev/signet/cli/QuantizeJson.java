package dev.signet.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.TensorReport;
import dev.signet.quantize.runtime.Verification;
import java.util.List;

/** {@code quantize --json}; documented in docs/json.md. */
final class QuantizeJson {
    private QuantizeJson() {}

    static ObjectNode of(QuantizeReport report) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("source", report.source().toString())
                .put("target", report.target().toString())
                .put("bytesBefore", report.bytesBefore())
                .put("bytesAfter", report.bytesAfter())
                .put("statistics", report.statistics())
                .put("outputSnr", report.outputSnr());
        Verification verification = report.verification();
        json.putObject("verification")
                .put("identical", verification.identical())
                .put("difference", verification.difference());
        var tensors = json.putArray("tensors");
        report.tensors().forEach(tensor -> tensors.add(tensor(tensor)));
        var notes = json.putArray("notes");
        report.notes().forEach(notes::add);
        ObjectNode seconds = json.putObject("seconds");
        report.seconds().forEach(seconds::put);
        return json;
    }

    private static ObjectNode tensor(TensorReport tensor) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", tensor.name());
        var shape = json.putArray("shape");
        for (int d : tensor.shape()) {
            shape.add(d);
        }
        var nodes = json.putArray("nodes");
        tensor.nodes().forEach(nodes::add);
        TensorReport.Quantized quantized = tensor.quantized();
        if (quantized == null) {
            json.putNull("bits").putNull("group");
        } else {
            json.put("bits", quantized.bits()).put("group", quantized.group());
        }
        json.put("bytesBefore", tensor.bytesBefore()).put("bytesAfter", tensor.bytesAfter());
        if (quantized == null) {
            json.putNull("weightError").putNull("outputSnr");
        } else {
            json.put("weightError", quantized.weightError()).put("outputSnr", quantized.outputSnr());
        }
        json.put("kept", tensor.kept());
        List<Double> damage = tensor.damage();
        if (damage != null) {
            ObjectNode curve = json.putObject("damage");
            for (int b = 0; b < damage.size(); b++) {
                curve.put(Integer.toString(b + 1), damage.get(b));
            }
        }
        return json;
    }
}
