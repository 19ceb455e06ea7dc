package dev.signet.studio;

import dev.signet.lab.demo.BuiltInModel;
import dev.signet.lab.drawing.FigureImages;
import dev.signet.lab.drawing.Scenes;
import dev.signet.lab.drawing.Split;
import dev.signet.onnx.InputException;
import dev.signet.onnx.Messages;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.store.WorkFolder;
import dev.signet.quantize.ModelQuantizer;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.QuantizeReport;
import dev.signet.quantize.inspect.ModelSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The models that are open, the work on them, and the folder that holds what is made; it goes with the studio. */
final class Workshop implements AutoCloseable {
    /** Jobs that are remembered. */
    private static final int JOBS = 64;

    private static final int SCENE_WIDTH = 256;
    private static final int SCENE_HEIGHT = 192;
    private static final int BUILT_IN_PICTURES = 4;

    private final StudioLimits limits;
    private final WorkFolder folder;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("signet-studio").daemon().factory());
    private final Map<String, OpenModel> models = new LinkedHashMap<>();
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    private Workshop(StudioLimits limits, WorkFolder folder) {
        this.limits = limits;
        this.folder = folder;
    }

    /** @throws dev.signet.onnx.OutputException if there can be no folder */
    static Workshop open(StudioLimits limits) {
        return new Workshop(limits, WorkFolder.temporary());
    }

    /** A new folder for a file that somebody sends. */
    Path newFolder() throws IOException {
        return Files.createTempDirectory(folder.path(), "m");
    }

    /** Opens a file where it is. */
    OpenModel add(Path file) {
        try {
            String name = String.valueOf(file.getFileName());
            OpenModel model = model(name, file.toString(), file, newFolder(), List.of());
            scenes(model);
            return keep(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Opens a file that was sent.
     *
     * @param name what it was called there
     * @param file in a folder of its own, which goes with the model
     */
    OpenModel addSent(String name, Path file) {
        OpenModel model =
                model(name, name, file, Objects.requireNonNull(file.getParent(), "in a folder of its own"), List.of());
        scenes(model);
        return keep(model);
    }

    /** Opens a model that comes with Signet. */
    OpenModel add(BuiltInModel builtIn) {
        try {
            Path home = newFolder();
            Path file = builtIn.copyTo(home);
            String name = String.valueOf(file.getFileName());
            boolean figures = builtIn == BuiltInModel.FIGURES;
            var drawn = new FigureImages(Split.HELD_OUT, 10);
            List<String> classes = figures
                    ? IntStream.range(0, drawn.size())
                            .mapToObj(drawn::className)
                            .toList()
                    : List.of();
            OpenModel model = model(name, name, file, home, classes);
            if (figures) {
                for (int i = 0; i < BUILT_IN_PICTURES; i++) {
                    // Every second class: what lies beside each other looks alike.
                    model.gallery().add(drawn.className(2 * i + 1), drawn.image(2 * i + 1));
                }
            } else {
                scenes(model);
            }
            return keep(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OpenModel model(String name, String command, Path file, Path home, List<String> classes) {
        return new OpenModel(
                UUID.randomUUID().toString(),
                Messages.oneLine(name),
                command,
                file,
                home,
                ModelSummary.of(ModelFile.read(file)),
                new Gallery(limits.threads()),
                classes);
    }

    private static void scenes(OpenModel model) {
        var drawn = new Scenes(Split.HELD_OUT, SCENE_WIDTH, SCENE_HEIGHT);
        for (int i = 0; i < BUILT_IN_PICTURES; i++) {
            model.gallery().add("drawn scene " + (i + 1), drawn.picture(i));
        }
    }

    private synchronized OpenModel keep(OpenModel model) {
        Iterator<OpenModel> oldest = models.values().iterator();
        while (models.size() >= StudioLimits.MODELS && oldest.hasNext()) {
            OpenModel old = oldest.next();
            if (jobs.values().stream().noneMatch(job -> job.model().equals(old.id()) && !job.isEnded())) {
                oldest.remove();
                remove(old.folder());
            }
        }
        models.put(model.id(), model);
        return model;
    }

    synchronized Optional<OpenModel> model(String id) {
        return Optional.ofNullable(models.get(id));
    }

    synchronized Optional<Job> job(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The job on a model that is not done yet. */
    synchronized Optional<Job> running(OpenModel model) {
        return jobs.values().stream()
                .filter(job -> job.model().equals(model.id()) && !job.isEnded())
                .findFirst();
    }

    /** Starts to make versions one after the other; those that are there already are not made again. */
    synchronized Job make(OpenModel model, List<Recipe> recipes) {
        jobs.values().removeIf(job -> jobs.size() >= JOBS && job.isEnded());
        if (jobs.size() >= JOBS) {
            throw new IllegalStateException("too much is waiting to be done");
        }
        Job job = new Job(UUID.randomUUID().toString(), model.id());
        jobs.put(job.id(), job);
        job.step(0, recipes.size());
        worker.execute(() -> work(job, model, recipes, 0));
        return job;
    }

    /** Makes one version and stands in line again for the next: pages that work at the same time take turns. */
    private void work(Job job, OpenModel model, List<Recipe> recipes, int next) {
        try {
            job.begin();
            make(job, model, recipes.get(next));
            job.step(next + 1, recipes.size());
            if (next + 1 == recipes.size()) {
                job.end(Job.State.DONE, "");
            } else {
                worker.execute(() -> work(job, model, recipes, next + 1));
            }
        } catch (CancellationException | RejectedExecutionException e) {
            job.end(Job.State.CANCELLED, "");
        } catch (RuntimeException | OutOfMemoryError e) {
            job.end(Job.State.FAILED, StudioHandler.message(e));
        }
    }

    private void make(Job job, OpenModel model, Recipe recipe) {
        if (model.version(recipe.id()).isPresent()) {
            return;
        }
        long start = System.nanoTime();
        Path target = model.folder().resolve(recipe.id() + ".onnx");
        try {
            QuantizeReport report =
                    new ModelQuantizer(recipe.options(limits), job).quantize(model.file(), target, true);
            model.add(new Version(recipe, target, report, (System.nanoTime() - start) / 1e9));
        } catch (NotAchievedException e) {
            // The next one may be smaller.
            job.note(recipe.label() + ": " + Messages.oneLine(String.valueOf(e.getMessage())));
        } catch (InputException e) {
            if (job.snapshot().steps() == 1) {
                throw e;
            }
            job.note(recipe.label() + ": " + Messages.oneLine(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            jobs.values().forEach(Job::cancel);
        }
        worker.shutdownNow();
        try {
            // Native code must have ended before its files go.
            worker.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }

    /** Removes a folder with all that is in it, as far as that can be done. */
    static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A temporary folder: the system removes what is left.
        }
    }
}
