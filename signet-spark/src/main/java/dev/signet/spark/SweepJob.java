package dev.signet.spark;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * What an executor needs to know of a sweep.
 *
 * @param plan as text, locations as they are found from anywhere
 * @param output the sweep's folder
 * @param threads of one task
 * @param atOnce how many tasks an executor works at, at the same time, whatever the processors are
 * @param hadoop what the driver's Spark says of Hadoop's file systems
 */
record SweepJob(String plan, String output, int threads, int atOnce, TreeMap<String, String> hadoop)
        implements Serializable {}
