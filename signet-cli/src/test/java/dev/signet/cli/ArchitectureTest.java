package dev.signet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

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
                .layer("lab")
                .definedBy("dev.signet.lab..")
                .layer("train")
                .definedBy("dev.signet.train..")
                .layer("cli")
                .definedBy("dev.signet.cli..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("train")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("lab")
                .mayOnlyBeAccessedByLayers("train", "cli")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("lab", "train", "cli")
                .whereLayer("onnx")
                .mayOnlyBeAccessedByLayers("engine", "lab", "train", "cli")
                .withOptionalLayers(true)
                .check(signet);
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
                .resideOutsideOfPackages("..vectorization..", "dev.signet.engine..")
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
