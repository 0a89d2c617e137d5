import type { Bundle } from '../history/bundle.ts';
import { frameOf, paints } from './chart/frame.ts';
import { jsonBlock } from './markup.ts';
import { momentsOf } from './moments.ts';
import { plainDeep } from './plain.ts';
import { assets, fill } from './templates.ts';
import { diagnosisView } from './view/diagnosis.ts';
import { evidenceView } from './view/evidence.ts';
import { factsView } from './view/facts.ts';
import { hypothesesView } from './view/hypotheses.ts';
import { metricsView } from './view/metrics.ts';
import { optionsView } from './view/options.ts';
import { downloads, scenarioView } from './view/scenario.ts';
import { scoreView } from './view/score.ts';
import { timelineView } from './view/timeline.ts';
import { transcriptView } from './view/transcript.ts';
import { verdictView } from './view/verdict.ts';

const sections = [
  ['timeline', 'Timeline'], ['diagnosis', 'Diagnosis'], ['evidence', 'Evidence'], ['hypotheses', 'Hypotheses'], ['options', 'Options'],
  ['metrics', 'Metrics'], ['score', 'Score'], ['transcript', 'Transcript'], ['scenario', 'Scenario'], ['downloads', 'Downloads'],
].map(([id, title]) => ({ id, title }));

/** One run as one self-contained HTML page: the same bundle gives the same bytes. */
export function renderRun(raw: Bundle): string {
  const bundle = plainDeep(raw);
  const moments = momentsOf(bundle);
  const frame = frameOf(moments);
  const metrics = metricsView(bundle, frame);
  return fill('run', {
    ...assets, sections, downloads, metrics, paints,
    seed: bundle.run.seed, digest: bundle.run.digest,
    verdict: verdictView(bundle),
    facts: factsView(bundle, moments),
    timeline: timelineView(bundle, moments, frame),
    diagnosis: diagnosisView(bundle, moments),
    evidence: evidenceView(bundle),
    hypotheses: hypothesesView(bundle),
    options: optionsView(bundle),
    score: scoreView(bundle),
    transcript: transcriptView(bundle, moments),
    scenario: scenarioView(bundle),
    chartData: jsonBlock({ spanSeconds: (frame.toMs - frame.fromMs) / 1000, panels: [...metrics.shown, ...metrics.folded].map((panel) => panel.data) }),
  });
}
