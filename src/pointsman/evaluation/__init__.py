"""Metrics with intervals, baselines, calibration, thresholds, report and plots."""
