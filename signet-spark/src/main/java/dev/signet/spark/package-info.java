/**
 * The plug-in {@code signet sweep}: a plan's work as tasks of Apache Spark. What the work is, the plan's package knows
 * ({@code dev.signet.lab.plan}); this one hands it out, brings files from and to Hadoop's file systems and writes the results. Nothing
 * uses it but the command line, which finds it.
 */
@NullMarked
package dev.signet.spark;

import org.jspecify.annotations.NullMarked;
