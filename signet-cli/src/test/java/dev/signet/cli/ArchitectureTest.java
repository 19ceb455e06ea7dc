package dev.signet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
                .layer("train")
                .definedBy("dev.signet.train..")
                .layer("cli")
                .definedBy("dev.signet.cli..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("train")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("lab")
                .mayOnlyBeAccessedByLayers("report", "train", "cli")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("lab", "report", "train", "cli")
                .whereLayer("quantize")
                .mayOnlyBeAccessedByLayers("lab", "report", "train", "cli")
                .whereLayer("onnx")
                .mayOnlyBeAccessedByLayers("engine", "quantize", "lab", "report", "train", "cli")
                .withOptionalLayers(true)
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
}
