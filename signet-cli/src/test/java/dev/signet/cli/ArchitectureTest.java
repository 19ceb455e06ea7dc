package dev.signet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the modules, and what each may depend on. */
class ArchitectureTest {
    private static JavaClasses signet = new ClassFileImporter().importPackages();

    @BeforeAll
    static void readClasses() {
        signet = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.signet");
    }

    @Test
    void modulesUseOnlyThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("core")
                .definedBy("dev.signet.core..")
                .layer("onnx")
                .definedBy("dev.signet.onnx..")
                .layer("engine")
                .definedBy("dev.signet.engine..")
                .layer("quantize")
                .definedBy("dev.signet.quantize..")
                .layer("lab")
                .definedBy("dev.signet.lab..")
                .layer("report")
                .definedBy("dev.signet.report..")
                .layer("studio")
                .definedBy("dev.signet.studio..")
                .layer("cli")
                .definedBy("dev.signet.cli..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("studio")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("studio", "cli")
                .whereLayer("lab")
                .mayOnlyBeAccessedByLayers("report", "studio", "cli")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("lab", "report", "studio", "cli")
                .whereLayer("quantize")
                .mayOnlyBeAccessedByLayers("lab", "report", "studio", "cli")
                .whereLayer("onnx")
                .mayOnlyBeAccessedByLayers("engine", "quantize", "lab", "report", "studio", "cli")
                .withOptionalLayers(true)
                .check(signet);
    }

    /**
     * What of each module others may touch. Would be {@code module-info.java}; but the jars are packed by the java that runs
     * Maven, which may be older than 25, and an older jar tool refuses a module descriptor of Java 25.
     */
    private static final Map<String, List<String>> EXPORTED = Map.of(
            "core",
            List.of("core", "core.compute", "core.heatmap", "core.outputaware", "core.vector"),
            "engine",
            List.of("engine", "engine.tensor"),
            "onnx",
            List.of(
                    "onnx",
                    "onnx.build",
                    "onnx.file",
                    "onnx.linear",
                    "onnx.node",
                    "onnx.packed",
                    "onnx.rewrite",
                    "onnx.scan",
                    "onnx.store",
                    "onnx.tensor"),
            "quantize",
            List.of(
                    "quantize",
                    "quantize.array",
                    "quantize.figure",
                    "quantize.image",
                    "quantize.input",
                    "quantize.inspect",
                    "quantize.runtime",
                    "quantize.sample",
                    "quantize.solve"),
            "lab",
            List.of(
                    "lab.dataset",
                    "lab.demo",
                    "lab.drawing",
                    "lab.experiment",
                    "lab.metric",
                    "lab.plan",
                    "lab.runtime",
                    "lab.speed",
                    "lab.task"),
            "report",
            List.of("report"),
            "studio",
            List.of("studio"));

    static List<String> modules() {
        return List.copyOf(EXPORTED.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void othersTouchOnlyWhatAModuleExports(String module) {
        String[] hidden = signet.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith("dev.signet." + module))
                .filter(name ->
                        !EXPORTED.getOrDefault(module, List.of()).contains(name.substring("dev.signet.".length())))
                .distinct()
                .toArray(String[]::new);
        if (hidden.length > 0) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.signet." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(hidden)
                    .check(signet);
        }
    }

    /** Of the other modules only signet-quantize solves least squares of its own. */
    @Test
    void vectorKernelsOfTheSolversAreForSolvers() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.signet.core..", "dev.signet.quantize..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.signet.core.vector..")
                .check(signet);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.signet.(**)").should().beFreeOfCycles().check(signet);
    }

    @Test
    void theCoreHasNoDependencyAndDoesNoInput() {
        noClasses()
                .that()
                .resideInAPackage("dev.signet.core..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.signet.core..",
                        "java.lang..",
                        "java.nio",
                        "java.util..",
                        "jdk.incubator.vector..",
                        "org.jspecify..")
                .check(signet);
    }

    @Test
    void onlyVectorTwinsKnowTheIncubator() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.signet.core.vector..", "dev.signet.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(signet);
    }

    @Test
    void librariesNeitherPrintNorExit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.signet.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(signet);
    }

    /** What stands in a file must not depend on who wrote it: with Arabic digits names and provenance would. */
    @Test
    void textThatGetsIntoFilesDoesNotDependOnTheLocale() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.signet.core..", "dev.signet.onnx..")
                .or()
                .haveSimpleName("QuantizeOptions")
                .should()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "format", String.class, Object[].class)
                .check(signet);
    }
}
