package org.espalier.tf.train;

import org.espalier.api.Schedule;
import org.espalier.tf.data.TokenSplit;
import org.espalier.tf.report.RunLog;

/** What all stages of a run share. */
record RunContext(
    Schedule schedule,
    RunDirectory directory,
    StageModels models,
    TokenSplit text,
    RunFacts facts,
    RunLog log,
    RunSettings settings) {}
