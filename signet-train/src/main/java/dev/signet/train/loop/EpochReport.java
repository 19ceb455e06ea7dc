package dev.signet.train.loop;

import java.util.Map;

/**
 * An epoch that is over: one point of the curve.
 *
 * @param epoch from 1
 * @param loss mean over its steps
 * @param metrics how good the network is now
 * @param seconds that the epoch took, evaluation included; where it was interrupted, of all sessions
 */
public record EpochReport(int epoch, double loss, Map<String, Double> metrics, double seconds) {}
