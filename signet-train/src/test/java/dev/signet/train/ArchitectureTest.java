package dev.signet.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.signet.cli.CommandPlugin;
import org.junit.jupiter.api.Test;

/** What a plug-in may use. */
class ArchitectureTest {
    private final JavaClasses train = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.signet.train");

    @Test
    void onlyCommandsKnowTheCommandLineAndOfItWhatItOffers() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.signet.train.command..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.signet.cli..", "dev.signet.train.command..", "picocli..")
                .check(train);
        noClasses()
                .that()
                .doNotImplement(CommandPlugin.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.signet.cli")
                .check(train);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.signet.train.(**)").should().beFreeOfCycles().check(train);
    }

    @Test
    void librariesNeitherPrintNorExit() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(train);
    }
}
