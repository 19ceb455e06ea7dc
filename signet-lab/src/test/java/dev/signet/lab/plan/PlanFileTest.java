package dev.signet.lab.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.signet.lab.experiment.Setting;
import dev.signet.lab.task.TaskKind;
import dev.signet.onnx.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFileTest {
    private static final String WHOLE = """
        task: classification
        data: images
        limit: 10
        models:
          - a.onnx
          - path: b.onnx
            task: super-resolution
            data: hdfs://host/pictures
            upscale: 2
            mean: [0.5, 0.5, 0.5]
        bits: [2, 3]
        method: [alternating, hqq]
        importance: [uniform, l1]
        group: filter
        seed: [0, 1]
        """;

    @TempDir
    private Path folder;

    private Plan read(String text) throws IOException {
        return PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), text));
    }

    @Test
    void everyCombinationOfEveryModelIsACellAndTheOriginalsAreTheFirst() throws IOException {
        Plan plan = read(WHOLE);
        List<PlanCell> cells = plan.cells();
        assertThat(cells).hasSize(2 * (1 + 2 * 2 * 2 * 2));
        assertThat(cells.getFirst().setting()).isNull();
        assertThat(cells.subList(1, 17))
                .extracting(PlanCell::setting)
                .doesNotContainNull()
                .doesNotHaveDuplicates()
                .extracting(Setting::seed)
                .startsWith(0L, 1L, 0L);
        // A heat map makes no difference to a baseline, and neither does a seed.
        assertThat(plan.work()).hasSize(2 * (1 + 2 * 2 * 2 + 2));
    }

    @Test
    void aModelSaysWhatIsDifferentFromThePlan() throws IOException {
        List<PlanModel> models = read(WHOLE).models();
        assertThat(models.getFirst().path()).isEqualTo(folder.resolve("a.onnx").toString());
        assertThat(models.getFirst().data()).isEqualTo(folder.resolve("images").toString());
        assertThat(models.getFirst().input()).isEqualTo(PictureInput.UNSAID);
        PlanModel other = models.getLast();
        assertThat(other.task()).isEqualTo(TaskKind.SUPER_RESOLUTION);
        assertThat(other.data()).isEqualTo("hdfs://host/pictures");
        assertThat(other.limit()).isEqualTo(10);
        assertThat(other.upscale()).isEqualTo(2);
        assertThat(other.input().mean()).containsExactly(0.5, 0.5, 0.5);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Plan plan = read(WHOLE);
        assertThat(PlanFile.parse(PlanFile.text(plan))).isEqualTo(plan);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        bits: [2;                                           is no YAML at line
        just text;                                          is no mapping
        bits: 3;                                            has no 'models'
        models: a.onnx;                                     says no 'task'
        {models: a.onnx, task: x, data: d};                 has a 'task' that is not usable
        {models: a.onnx, task: classification};             says no 'data'
        {models: a.onnx, task: classification, data: d, bits: 9};        not a number from 1 to 8
        {models: a.onnx, task: classification, data: d, bit: 3};         has key 'bit'
        {models: a.onnx, task: classification, data: d, method: best};   has a 'method' that is not usable
        {models: a.onnx, task: classification, data: d, seed: one};      has 'seed: one'
        {models: a.onnx, task: classification, data: d, limit: -1};      whole number from 0
        {models: a.onnx, task: classification, data: d, upscale: 2};     says 'upscale' for another task
        {models: a.onnx, task: classification, data: d, mean: [1, 2]};   give three
        {models: a.onnx, task: classification, data: d, std: [1, 0, 1]}; must be within 1e-6
        {models: a.onnx, task: classification, data: d, memory: 10MB};   are not enough
        """)
    void whatIsWrongIsSaidInOneLine(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("plan.yaml")
                .hasMessageContaining(message)
                .extracting(Throwable::getMessage)
                .asString()
                .hasLineCount(1);
    }

    @Test
    void aMillionCellsAreRefused() {
        StringBuilder seeds = new StringBuilder("0");
        for (int i = 1; i < 130_000; i++) {
            seeds.append(", ").append(i);
        }
        assertThatThrownBy(() -> read("{models: a.onnx, task: classification, data: d, bits: [1,2,3,4,5,6,7,8], seed: ["
                        + seeds + "]}"))
                .hasMessageContaining("1040000 cells");
    }
}
