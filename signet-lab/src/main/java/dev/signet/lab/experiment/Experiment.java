package dev.signet.lab.experiment;

import dev.signet.core.compute.Progress;
import dev.signet.onnx.file.ModelFile;
import dev.signet.onnx.store.WorkFolder;
import dev.signet.quantize.MemoryBudget;
import dev.signet.quantize.NotAchievedException;
import dev.signet.quantize.QuantizeOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Quantizes one model in many ways and tries each, several at the same time where that pays. */
public final class Experiment {
    // Two networks of one thread each are done sooner than one after the other with two threads each, as small
    // layers keep one core busy at most. Above that memory grows and little is gained.
    private static final int MOST_AT_ONCE = 2;

    // What is larger has layers that keep all cores busy, and takes memory by the gigabyte.
    private static final long LARGE_MODEL = 100_000_000;

    private final Path model;
    private final QuantizeOptions options;
    private final SettingWriter writer;
    private final TaskTrial trial;
    private final Predicate<Setting> detailed;
    private final Progress progress;

    /**
     * An experiment.
     *
     * @param options of all settings, but for what a setting says itself
     * @param trial measures a model file
     * @param detailed which cells are to have their reports and pictures, even of an earlier run: then they are quantized for that, but
     *     not measured
     */
    public Experiment(
            Path model, QuantizeOptions options, TaskTrial trial, Predicate<Setting> detailed, Progress progress) {
        this.model = model;
        this.options = options;
        this.writer = new SettingWriter(model, options);
        this.trial = trial;
        this.detailed = detailed;
        this.progress = progress;
    }

    /**
     * Runs the settings. What makes no difference to a method (a heat map to a baseline) is not run again: its cells repeat the
     * result.
     *
     * @param known cells of an earlier run, which are not measured again
     * @param done hears of each cell when it is there, never of two at the same time
     * @return a cell for each setting, in order
     * @throws NotAchievedException naming the setting, if a file can not be made smaller with it
     */
    public List<Cell> run(List<Setting> settings, List<Cell> known, Consumer<Cell> done) {
        Map<Setting, Cell> results = new HashMap<>();
        known.forEach(cell -> results.put(cell.setting().essence(), cell));
        SequencedMap<Setting, List<Setting>> same = new LinkedHashMap<>();
        settings.forEach(setting -> same.computeIfAbsent(setting.essence(), key -> new ArrayList<>())
                .add(setting));
        Map<Setting, Cell> cells = new HashMap<>();
        List<Runnable> work = new ArrayList<>();
        boolean large = ModelFile.read(model).bytes() > LARGE_MODEL;
        int open = Math.toIntExact(same.keySet().stream()
                .filter(setting -> isOpen(results.get(setting)))
                .count());
        int atOnce = large ? 1 : Math.clamp(Math.min(open, options.threads()), 1, MOST_AT_ONCE);
        // The same on any number of threads: how many samples there are follows from it.
        MemoryBudget memory = large ? options.memory() : options.memory().share(MOST_AT_ONCE);
        same.forEach((essence, members) -> work.add(() -> {
            Cell earlier = results.get(essence);
            Cell result = earlier != null && !isOpen(earlier) ? earlier : run(essence, earlier, atOnce, memory);
            synchronized (cells) {
                for (Setting member : members) {
                    Cell cell = result.of(member);
                    cells.put(member, cell);
                    done.accept(cell);
                }
            }
        }));
        if (atOnce == 1) {
            work.forEach(Runnable::run);
        } else {
            runAtOnce(work, atOnce);
        }
        return settings.stream()
                .map(setting -> Objects.requireNonNull(cells.get(setting)))
                .toList();
    }

    private boolean isOpen(@Nullable Cell known) {
        return known == null
                || (detailed.test(known.setting())
                        && known.report() == null
                        && known.setting().way().scheme() instanceof Scheme.Own);
    }

    private void runAtOnce(List<Runnable> work, int atOnce) {
        try (Progress.Task running = progress.start("settings", work.size());
                ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
            AtomicInteger finished = new AtomicInteger();
            List<Future<?>> futures = new ArrayList<>();
            for (Runnable one : work) {
                futures.add(pool.submit(() -> {
                    one.run();
                    running.at(finished.incrementAndGet());
                }));
            }
            try {
                for (Future<?> future : futures) {
                    future.get();
                }
            } catch (ExecutionException e) {
                // What is under way ends; what has not begun does not begin.
                futures.forEach(future -> future.cancel(false));
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CancellationException("the experiment was interrupted");
            }
        }
    }

    private Cell run(Setting setting, @Nullable Cell earlier, int atOnce, MemoryBudget memory) {
        int threads = Math.max(1, options.threads() / atOnce);
        // Many bars at the same time say nothing: with several settings there is one for all.
        Progress own = atOnce == 1 ? progress : Progress.NONE;
        try (WorkFolder folder = WorkFolder.temporary()) {
            Path file = folder.path().resolve("cell.onnx");
            SettingWriter.Written written = writer.write(setting, file, threads, memory, own);
            if (earlier != null) {
                return new Cell(
                        setting, earlier.bytes(), earlier.measured(), written.report(), trial.pictures(file, threads));
            }
            TaskTrial.Outcome outcome = trial.evaluate(file, threads, own);
            return new Cell(setting, written.bytes(), outcome.measured(), written.report(), outcome.pictures());
        }
    }
}
