import type { ActionSpec } from '../contract.ts';

/** What an operator can do about an etcd incident; the words are the vocabulary of `truth.actions` in scenarios. */
export const actions: readonly ActionSpec[] = [
  { name: 'wait-and-watch', title: 'Change nothing and watch it heal', reversible: true, risk: 'a full quota or a lost quorum does not heal by itself' },
  { name: 'restart-member', title: 'Start a stopped member, or restart a running one', reversible: true, risk: 'with another member down it takes the last quorum' },
  { name: 'move-leader', title: 'Let a named member lead', reversible: true, risk: 'a handful of slow requests; useless without quorum, wrong when the target is the sick one' },
  { name: 'stop-member', title: 'Stop one sick member', reversible: true, risk: 'one more failure and the quorum is lost' },
  { name: 'compact', title: 'Discard history up to a revision', reversible: false, risk: 'watchers and readers of older revisions break' },
  { name: 'defragment', title: 'Defragment one member after the other, the leader last', reversible: true, risk: 'a member is blocked while it runs: never all at once' },
  { name: 'disarm-alarm', title: 'Clear an alarm', reversible: true, risk: 'NOSPACE comes back at the next write unless space was freed; clearing CORRUPT hides damage' },
  { name: 'raise-quota', title: 'Raise the space quota and restart members one by one', reversible: true, risk: 'without compaction it only buys time; not beyond 8 GiB' },
  { name: 'delete-range', title: 'Delete the keys of whoever filled the database', reversible: false, risk: 'data is lost: a person has to decide' },
  { name: 'throttle-load', title: 'Let clients send less', reversible: true, risk: 'refused or delayed work at the clients' },
  { name: 'replace-member', title: 'Remove a member for good and add it anew as a learner', reversible: false, risk: 'removing a live member of a degraded cluster, or adding before the dead one is removed, costs the quorum' },
  { name: 'free-disk', title: 'Free space on a disk', reversible: false, risk: 'deleting the wrong files: never those of the data directory' },
  { name: 'replace-disk', title: 'Replace a bad disk and rebuild its member', reversible: false, risk: 'one member less until it is rebuilt' },
  { name: 'restore-cpu', title: 'Give a member the CPU that it needs', reversible: true, risk: 'find out first who took it' },
  { name: 'heal-network', title: 'Restore a network path', reversible: true, risk: 'none for the data' },
  { name: 'step-clock-slowly', title: 'Slew a wrong clock back', reversible: true, risk: 'a step shortens or lengthens leases' },
  { name: 'fix-config', title: "Correct a member's own setting", reversible: true, risk: 'needs a restart of that member' },
  { name: 'rotate-certificate', title: 'Install a valid certificate', reversible: true, risk: 'connections are made anew' },
  { name: 'restore-monitoring', title: 'Repair scraping or the monitoring stack', reversible: true, risk: 'none for the data' },
  { name: 'raise-timeouts', title: 'Raise heartbeat interval and election timeout', reversible: true, risk: 'hides a slow disk or network; members with mixed values meanwhile' },
  { name: 'restore-snapshot', title: 'Restore the cluster from a snapshot, or force a new one', reversible: false, risk: 'writes are lost for good, and the cluster splits while a majority can come back' },
  { name: 'wipe-data', title: "Delete a member's data directory", reversible: false, risk: 'the member cannot rejoin under its old identity; with two of them the data is gone' },
  { name: 'restart-cluster', title: 'Restart all members at once', reversible: true, risk: 'a full outage, and the evidence is gone' },
];
