import type { Capability } from '../contract.ts';

/** What no cluster of real programs gives the lab, whatever the machine allows. */
export const neverOnReal: readonly (readonly [Capability, string])[] = [
  ['release', 'the lab has one version of each program: stop it in order and start it again instead (process-stop)'],
  ['grayDisk', 'a control group holds back every write alike, not some of them: slow the whole disk instead (disk-slow)'],
  ['grayLink', 'netem is late with everything that a node sends, not with some of it: delay all of it instead (network-delay)'],
  ['stall', 'a hanging disk would be a frozen file system, which outlives a lab that is killed and holds up the whole machine'],
  ['firewall', 'rules that know who dialled a connection are not set on real programs yet: cut the packets instead (network-partition)'],
  ['neighbour', 'the lab starts no program of its own beside real ones yet: its bounds would be those of the whole machine'],
  ['clock', 'real programs of one machine share its clock, and Go reads it past every library that could lie about it'],
];
