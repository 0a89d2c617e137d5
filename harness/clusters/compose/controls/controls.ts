import type { RoleSpec } from '../../../deployments/contract.ts';
import type { RunJournal } from '../../../journal/contract.ts';
import type { Controls, CutFrom } from '../../contract.ts';
import { beside, mainPort } from '../compose-file.ts';
import type { Project } from '../project.ts';
import type { Found } from '../survey.ts';
import { dataControl } from './data.ts';
import { diskControl, type Disks, spaceControl } from './disk.ts';
import { cpuControl, memoryControl } from './limits.ts';
import { disconnectControl, linkControl, type Neighbours, packetControl } from './network.ts';
import { ContainerChanges, type ControlParts } from './parts.ts';
import { processControl } from './process.ts';
import { supervisorControl } from './supervisor.ts';

/** What all controls are made from. */
export interface ControlsFrom {
  readonly project: Project;
  readonly journal: RunJournal;
  readonly found: Found;
  readonly disks: Disks;
}

/** Everything that can be broken in a Compose cluster on this machine. */
export function controlsOf({ project, journal, found, disks }: ControlsFrom): Controls {
  const parts: ControlParts = { project, journal };
  const changes = new ContainerChanges(parts);
  const { host, packetFilter, netem } = found.powers;
  const neighbours = neighboursOf(found);
  const process = processControl(parts, changes);
  return {
    process,
    supervisor: supervisorControl(process),
    memory: memoryControl(parts, changes),
    network: host === true && packetFilter === true ? packetControl(parts, changes, neighbours) : disconnectControl(parts, changes, neighbours),
    ...(host === true && { cpu: cpuControl(parts, changes), disk: diskControl(parts, changes, disks), space: spaceControl(parts, changes, disks), data: dataControl(process, changes, disks) }),
    ...(host === true && netem === true && { links: linkControl(parts, changes) }),
  };
}

/** Whom each node talks to: its own role, the control plane where that is another role, and everybody else, who are its clients. */
function neighboursOf({ nodes }: Found): readonly Neighbours[] {
  return nodes.flatMap(({ id, role }) => {
    const others = nodes.filter((each) => each.id !== id).map((each) => ({ node: id, service: each.id, port: mainPort(each.role), parts: partsOf(role, each.role) }));
    return [...others, { node: id, service: beside.clients, port: silentPort, parts: ['clients'] as const }];
  });
}

/** Nothing listens on it, so whoever is reached there refuses at once. */
const silentPort = 9;

function partsOf(own: RoleSpec, other: RoleSpec): readonly CutFrom[] {
  const plane: readonly CutFrom[] = other.controlPlane ? ['control-plane'] : [];
  return own.role === other.role ? ['peers', ...plane] : other.controlPlane ? plane : ['clients'];
}
