/** A new scenario file to begin with: it is right as it stands, and says where to change what. */
export function newScenarioText(name: string): string {
  return `# yaml-language-server: $schema=../../schema/scenario.schema.json
scenario: ${name}
title: ${titleOf(name)}
story: >
  Say in two or three sentences what happens, as you would tell it after the incident.
subject: tikv
tags: [draft]
difficulty: medium

cluster: { kind: twin, pd: 3, tikv: 3, regions: 120 }
load: { shape: mixed, rate: 2000/s, reads: 0.7, keys: zipfian }

timeline:
  - steady: 3m                                                                     # what normal looks like
  - inject: { fault: disk-slow, into: { role: tikv }, as: victim, with: { latency: 150ms } }  # lab list faults
  - hold: 4m
  - revert: victim                                                                 # every scenario ends healed
  - recover: 2m

truth:                                                                             # no agent ever sees this
  verdict: fault
  causes: [{ component: victim, kind: disk-slow }]                                 # the earliest thing that went wrong
  impact: [{ component: clients, effect: slow writes to the regions that the store leads }]
  lookalikes:                                                                      # tempting wrong answers
    - component: victim
      kind: network-delay
      ruledOutBy: the time to append to its own log rose and not only the time to commit
  actions:                                                                         # lab list actions
    recommended: [replace-disk, evict-leaders]
    acceptable: [wait-and-watch]
    harmful: [restart-store, delete-store, restart-cluster]

detect: { invariant: store-slow, component: victim, within: 90s }                  # lab list invariants
`;
}

/** The text of another scenario under a new name, with its comments. */
export function renamedScenarioText(text: string, name: string): string {
  return text.replace(/^scenario:.*$/m, `scenario: ${name}`).replace(/^title:.*$/m, `title: ${titleOf(name)}`);
}

function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
