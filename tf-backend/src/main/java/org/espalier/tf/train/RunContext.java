package org.espalier.tf.train;

import org.espalier.api.Schedule;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.report.RunLog;

/** What all stages of a run share. */
record RunContext(
    Schedule schedule,
    RunDirectory directory,
    StageModels models,
    CorpusSplit corpus,
    RunFacts facts,
    RunLog log,
    RunSettings settings) {}
