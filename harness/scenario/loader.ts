/** Scenarios by name. */
export { findEntry, findScenario, listScenarios, scenarioFromFile, type ScenarioEntry } from './catalogue.ts';
/** One scenario from a file or from text. */
export { type Loaded, loadScenarioFile, loadScenarioText } from './load-file.ts';
