package dev.signet.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.core.compute.Compute;
import dev.signet.onnx.InputException;
import dev.signet.onnx.file.OnnxModel;
import dev.signet.quantize.walk.NetworkSurvey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkPlanTest {
    private static OnnxModel wide() {
        return new SmallNetwork(1)
                .input("x", -1, 4, 16, 16)
                .noise("w", 8, 4, 1, 1)
                .node("Conv", "c", List.of("x", "w"))
                .node("Relu", "y", List.of("c"))
                .output("y")
                .model();
    }

    @Test
    void aWalkOnOneSampleTellsWhatTensorsTakeAndWhatLayersMultiply() {
        OnnxModel model = wide();
        try (var compute = new Compute(1)) {
            var survey = NetworkSurvey.of(
                    model,
                    SmallNetwork.weights(model),
                    SmallNetwork.samples(1, 1, 1, 4, 16, 16).chunks().getFirst(),
                    Long.MAX_VALUE,
                    compute);
            // 4 channels go in, 8 come out; later 8 and 8 are there at once; 4, 8 and 8 altogether.
            assertThat(survey)
                    .isEqualTo(new NetworkSurvey(4 * 256 * 16, 4 * 256 * 8, 4 * 256 * 4, 4 * 256 * 20, 256 * 8 * 4));
            assertThatThrownBy(() -> NetworkSurvey.of(
                            model,
                            SmallNetwork.weights(model),
                            SmallNetwork.samples(1, 1, 1, 4, 16, 16).chunks().getFirst(),
                            10_000,
                            compute))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("--memory");
        }
    }

    @Test
    void samplesFillTheRoomAndNoMore() {
        var survey = new NetworkSurvey(40_000_000, 20_000_000, 1_000_000, 1_000_000, 1_000_000);
        for (long memory : new long[] {1_000_000_000, 2_000_000_000, 4_000_000_000L}) {
            var budget = new MemoryBudget(memory, true);
            WorkPlan plan = WorkPlan.of(survey, 1, 0.1, 1_000_000, budget);
            assertThat(plan.limit().most() * 102_000_001L).isBetween(budget.tensors() - 110_000_000, budget.tensors());
            assertThat(plan.limit().perChunk()).isEqualTo(1);
        }
    }

    @Test
    void workBoundsTheSamplesAndTheRunsToo() {
        // 10 milliard multiplications and 100 MB a sample; a model of 1 MB may cost 153.5 milliard.
        var survey = new NetworkSurvey(1_000_000, 500_000, 1000, 100_000_000, 10_000_000_000L);
        WorkPlan plan = WorkPlan.of(survey, 1, 0.1, 1_000_000, MemoryBudget.parse("2GB"));
        assertThat(plan.limit().most()).isEqualTo(10);
        assertThat(plan.runs()).isEqualTo(83);
    }

    @ParameterizedTest
    @CsvSource({"2GB,2000000000", "900MB,900000000", "1.5g,1500000000", "500000000,500000000", "700 mib,700000000"})
    void sizesAreRead(String text, long bytes) {
        assertThat(MemoryBudget.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "much", "-1GB", "1MB", "2 GBs"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> MemoryBudget.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLargeModelTakesMoreUnlessSomebodySaidHowMuch() {
        OnnxModel model = new SmallNetwork(1)
                .input("x", 1, 4000)
                .noise("w", 4000, 5000)
                .node("MatMul", "y", List.of("x", "w"))
                .output("y")
                .model();
        long needed = 260_000_000 + 9 * model.bytes();
        assertThat(new MemoryBudget(500_000_000, false).forModel(model).bytes()).isEqualTo(needed);
        assertThat(new MemoryBudget(2_000_000_000, true).forModel(model).bytes())
                .isEqualTo(2_000_000_000);
        assertThatThrownBy(() -> new MemoryBudget(500_000_000, true).forModel(model))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("takes about 981 MB", "500 MB", "--memory");
    }
}
