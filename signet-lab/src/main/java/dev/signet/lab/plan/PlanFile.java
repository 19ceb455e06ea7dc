package dev.signet.lab.plan;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.signet.core.Grouping;
import dev.signet.lab.experiment.Scheme;
import dev.signet.lab.experiment.Way;
import dev.signet.lab.task.TaskKind;
import dev.signet.onnx.InputException;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.solve.Importance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plans as YAML (JSON is YAML, too): read, checked, and written with all that a plan says. docs/sweeps.md describes the form. */
public final class PlanFile {
    /** A million cells are a typing error, and would be a table that nobody reads. */
    static final int MOST_CELLS = 1_000_000;

    private static final int MOST_BYTES = 4 << 20;
    private static final Set<String> OF_MODELS =
            Set.of("task", "data", "limit", "upscale", "scale", "mean", "std", "bgr", "resize");
    private static final Set<String> OF_PLANS =
            Set.of("models", "method", "bits", "importance", "group", "seed", "shard", "memory");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final String name;
    private final @Nullable Path folder;

    private PlanFile(String name, @Nullable Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /**
     * Reads a plan. Paths that are not absolute are those of the plan's folder, or, where there is nothing, of the working folder.
     *
     * @throws InputException if it is none
     */
    public static Plan read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw InputException.of(
                        file.toString(),
                        String.format(Locale.ROOT, "has more than %d bytes", MOST_BYTES),
                        "split the plan");
            }
            return new PlanFile(file.toString(), file.toAbsolutePath().getParent()).parseText(Files.readString(file));
        } catch (IOException e) {
            throw InputException.of(file.toString(), "can not be read: " + e, "give a plan as YAML", e);
        }
    }

    /** Reads what {@link #text} wrote. */
    public static Plan parse(String text) {
        return new PlanFile("the plan", null).parseText(text);
    }

    private Plan parseText(String text) {
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null
                    ? ""
                    : String.format(Locale.ROOT, " at line %d, column %d", at.getLineNr(), at.getColumnNr());
            String why =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw bad("is no YAML%s: %s".formatted(where, why), "correct it", e);
        }
        if (!(root instanceof ObjectNode plan)) {
            throw bad("is no mapping", "give keys and values, as 'bits: [2, 3]'", null);
        }
        checkKeys(plan, "", OF_PLANS, OF_MODELS);
        List<PlanModel> models = new ArrayList<>();
        for (JsonNode entry : entries(plan, "models")) {
            models.add(model(plan, entry));
        }
        if (models.isEmpty()) {
            throw bad("has no 'models'", "list at least one model file", null);
        }
        var read = new Plan(
                distinct(models),
                list(plan, "method", List.of("output-aware"), Scheme::parse),
                list(plan, "bits", List.of("3"), PlanFile::bits),
                importances(plan),
                list(plan, "group", List.of("filter"), Grouping::parse),
                list(plan, "seed", List.of("0"), Long::parseLong),
                number(plan, "shard", Plan.USUAL_SHARD, 1),
                plan.hasNonNull("memory")
                        ? value(
                                "memory",
                                text(plan, "memory", "a cell"),
                                given -> MemoryBudget.parse(given).share(1))
                        : Plan.USUAL_MEMORY);
        long cells = (long) read.models().size()
                * read.methods().size()
                * read.bits().size()
                * read.importances().size()
                * read.groups().size()
                * read.seeds().size();
        if (cells > MOST_CELLS) {
            throw bad(
                    String.format(Locale.ROOT, "has %d cells", cells),
                    String.format(Locale.ROOT, "split it: %d are the most", MOST_CELLS),
                    null);
        }
        return read;
    }

    private List<@Nullable Importance> importances(ObjectNode plan) {
        List<@Nullable Importance> importances = new ArrayList<>();
        for (String text : texts(plan, "importance", List.of(Way.DEFAULT))) {
            importances.add(text.equals(Way.DEFAULT) ? null : value("importance", text, this::importance));
        }
        return importances;
    }

    private Importance importance(String text) {
        return Importance.parse(text.endsWith(".npz") ? located(text) : text);
    }

    /** A model: a path, or a mapping that says for itself what is different from the plan. */
    private PlanModel model(ObjectNode plan, JsonNode entry) {
        ObjectNode own = JsonNodeFactory.instance.objectNode();
        if (entry instanceof ObjectNode mapping) {
            checkKeys(mapping, "a model's ", Set.of("path"), OF_MODELS);
            own = mapping;
        } else if (entry.isTextual()) {
            own.set("path", entry);
        } else {
            throw bad("has a model that is neither a path nor a mapping", "write 'models: [a.onnx]'", null);
        }
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (String key : OF_MODELS) {
            JsonNode value = own.has(key) ? own.get(key) : plan.get(key);
            if (value != null && !value.isNull()) {
                all.set(key, value);
            }
        }
        String path = located(text(own, "path", "a model"));
        TaskKind kind = task(text(all, "task", path));
        int upscale = number(all, "upscale", 0, 0);
        if (upscale != 0 && kind != TaskKind.SUPER_RESOLUTION) {
            throw bad("says 'upscale' for another task than super-resolution", "leave it out", null);
        }
        var input = new PictureInput(
                all.has("scale") ? real(all.get("scale"), "scale") : null,
                three(all, "mean"),
                three(all, "std"),
                all.path("bgr").asBoolean(),
                number(all, "resize", 0, 0));
        var model = new PlanModel(
                path,
                kind,
                kind == null ? "" : located(text(all, "data", path)),
                number(all, "limit", 0, 0),
                upscale,
                input);
        value("scale, mean or std", path, given -> String.valueOf(model.ofSamples()));
        return model;
    }

    private @Nullable TaskKind task(String text) {
        try {
            return PlanModel.task(text);
        } catch (IllegalArgumentException e) {
            throw bad("has a 'task' that is not usable", e.getMessage() + ", none", e);
        }
    }

    private void checkKeys(ObjectNode mapping, String whose, Set<String> some, Set<String> others) {
        Set<String> known = new TreeSet<>(some);
        known.addAll(others);
        for (var property : mapping.properties()) {
            if (!known.contains(property.getKey())) {
                throw bad(
                        "has %skey '%s'".formatted(whose, property.getKey()),
                        "known are " + String.join(", ", known),
                        null);
            }
        }
    }

    /** A location as the work finds it from anywhere: absolute, or with the scheme of its file system. */
    private String located(String text) {
        if (text.startsWith("file:")) {
            String path = text.substring("file:".length());
            return path.startsWith("///") ? path.substring(2) : path;
        }
        if (text.contains("://") || folder == null) {
            return text;
        }
        Path beside = folder.resolve(text).normalize();
        Path here = Path.of(text).toAbsolutePath().normalize();
        return (Files.exists(beside) || !Files.exists(here) ? beside : here).toString();
    }

    private String text(ObjectNode mapping, String key, String whose) {
        JsonNode value = mapping.get(key);
        if (value == null
                || !value.isValueNode()
                || value.isNull()
                || value.asText().isBlank()) {
            throw bad("says no '%s' for %s".formatted(key, whose), "add '%s: ...'".formatted(key), null);
        }
        return value.asText().strip();
    }

    private int number(ObjectNode mapping, String key, int usual, int least) {
        JsonNode value = mapping.get(key);
        if (value == null || value.isNull()) {
            return usual;
        }
        if (!value.isInt() || value.asInt() < least) {
            throw bad("has '%s: %s'".formatted(key, value.asText()), "give a whole number from " + least, null);
        }
        return value.asInt();
    }

    private double real(JsonNode value, String key) {
        if (!value.isNumber()) {
            throw bad("has '%s: %s'".formatted(key, value.asText()), "give a number", null);
        }
        return value.asDouble();
    }

    private @Nullable List<Double> three(ObjectNode mapping, String key) {
        JsonNode value = mapping.get(key);
        if (value == null) {
            return null;
        }
        List<Double> numbers = new ArrayList<>();
        entries(mapping, key).forEach(entry -> numbers.add(real(entry, key)));
        if (numbers.size() != 3) {
            throw bad(
                    String.format(Locale.ROOT, "has %d numbers in '%s'", numbers.size(), key),
                    "give three: red, green, blue",
                    null);
        }
        return List.copyOf(numbers);
    }

    private static List<JsonNode> entries(ObjectNode mapping, String key) {
        JsonNode value = mapping.get(key);
        if (value == null || value.isNull()) {
            return List.of();
        }
        List<JsonNode> entries = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(entries::add);
        } else {
            entries.add(value);
        }
        return entries;
    }

    private List<String> texts(ObjectNode plan, String key, List<String> usual) {
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : entries(plan, key)) {
            if (!entry.isValueNode()) {
                throw bad("has something in '%s' that is no value".formatted(key), "give a list of values", null);
            }
            texts.add(entry.asText().strip());
        }
        return distinct(texts.isEmpty() ? usual : texts);
    }

    private <T> List<T> list(ObjectNode plan, String key, List<String> usual, Function<String, T> parser) {
        return distinct(texts(plan, key, usual).stream()
                .map(text -> value(key, text, parser))
                .toList());
    }

    private static <T> List<T> distinct(List<T> values) {
        return List.copyOf(new LinkedHashSet<>(values));
    }

    private <T> T value(String key, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw bad("has '%s: %s'".formatted(key, text), "give a whole number", e);
        } catch (IllegalArgumentException e) {
            throw bad("has a '%s' that is not usable".formatted(key), String.valueOf(e.getMessage()), e);
        }
    }

    private static int bits(String text) {
        if (!text.matches("[1-8]")) {
            throw new IllegalArgumentException("'%s' is not a number from 1 to 8".formatted(text));
        }
        return Integer.parseInt(text);
    }

    private InputException bad(String what, String advice, @Nullable Throwable cause) {
        return cause == null ? InputException.of(name, what, advice) : InputException.of(name, what, advice, cause);
    }

    /** The plan as JSON, all paths as they are found from anywhere: for workers, and to keep beside results. */
    public static String text(Plan plan) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        var models = json.putArray("models");
        for (PlanModel model : plan.models()) {
            ObjectNode node = models.addObject()
                    .put("path", model.path())
                    .put("task", model.taskText())
                    .put("data", model.data())
                    .put("limit", model.limit())
                    .put("upscale", model.upscale())
                    .put("bgr", model.input().blueFirst())
                    .put("resize", model.input().resize());
            if (model.input().scale() != null) {
                node.put("scale", model.input().scale());
            }
            if (model.input().mean() != null) {
                model.input().mean().forEach(node.putArray("mean")::add);
            }
            if (model.input().std() != null) {
                model.input().std().forEach(node.putArray("std")::add);
            }
        }
        plan.methods().forEach(method -> json.withArray("/method").add(method.text()));
        plan.bits().forEach(json.putArray("bits")::add);
        var importances = json.putArray("importance");
        plan.importances().forEach(importance -> importances.add(importance == null ? Way.DEFAULT : importance.text()));
        plan.groups().forEach(group -> json.withArray("/group").add(group.text()));
        plan.seeds().forEach(json.putArray("seed")::add);
        json.put("shard", plan.shard());
        json.put("memory", plan.memory().bytes() / 1000.0 + "kB");
        return json.toPrettyString();
    }
}
