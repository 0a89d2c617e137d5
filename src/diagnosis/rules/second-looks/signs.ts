/** What is looked for only where something else makes it likely, each as a statement that is true, false or unknown. */
export const rareSigns = {
  'corruption-logged': 'its log names damaged data',
  'reads-damaged': 'it counts errors of its engine that are no latency',
  'identity-refused': 'it is refused because its identity or address belongs to another',
  'wrong-store-messages': 'it drops messages that are meant for another store',
  'certificate-refused': 'connections end over a certificate',
  'descriptors-used-up': 'it has opened nearly all the files that it may',
  'connections-used-up': 'its host tracks nearly all the connections that it can',
  'config-refused': 'it refuses to start with its settings',
  'io-limited': 'its engine writes at a limit that somebody set',
  'setting-differs': 'it runs with settings that the other stores do not have',
  'elects-without-cause': 'every store asks for votes again and again though nobody is missing',
  'backup-runs': 'a backup, an import or an export is at work',
  'snapshots-flow': 'replicas are copied between stores at a high rate',
  'latches-wait': 'commands wait long for keys that others hold',
  'proposals-slow': 'a write takes longer than before once it is proposed',
  'locks-resolved': 'transactions look for and clean up locks of others',
  'log-lags': 'its replicas are thousands of entries behind',
  'applies-late': 'it says itself that it is busy with applying what it had missed',
  'some-asked-in-vain': 'a store that leads nothing is asked for much all the same',
  'members-out-of-space': 'the space quota of the control plane is reached',
  'traffic-rose-after': 'the request rate rose after requests had become slow',
  'answers-fell': 'fewer requests are answered than before though more are asked',
} as const;

/** Which of them are about the whole cluster. */
export const rareClusterSigns = ['certificate-refused', 'elects-without-cause', 'backup-runs', 'snapshots-flow', 'latches-wait', 'proposals-slow', 'locks-resolved', 'some-asked-in-vain', 'members-out-of-space', 'traffic-rose-after', 'answers-fell'] as const;
