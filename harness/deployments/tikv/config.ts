import type { Json } from '../../../src/kernel/json.ts';
import { LabError } from '../../../src/kernel/result.ts';
import type { ConfigControl } from '../../clusters/contract.ts';
import type { AskNode, PlannedNode } from '../contract.ts';
import { leadership, placementRules, scheduling, type Section, storeStates } from './config-of-pd.ts';
import { schedulers } from './config-schedulers.ts';
import { storeSettings } from './config-stores.ts';
import { PdApi } from './pd-api.ts';

/**
 * A cluster's configuration by the twin's keys, read and changed through its own API: `schedule/<item>`, `replication/<item>`,
 * `schedulers/<name>`, `schedulers/<name>-<node>` for one that is made for a store, `stores/<node>` (`Up` or `Offline`),
 * `rules/<group>/<id>`, `leader/pd` (a member's name; null: any other), and `tikv/<node>/<item>` for a store's own setting.
 */
export function configControl(all: readonly PlannedNode[], ask: AskNode): ConfigControl {
  const pd = new PdApi(all, ask);
  const sections: Readonly<Record<string, Section>> = {
    schedule: scheduling(pd, 'schedule'), replication: scheduling(pd, 'replicate'), schedulers: schedulers(pd, all), stores: storeStates(pd, all), rules: placementRules(pd), leader: leadership(pd), tikv: storeSettings(all, ask),
  };
  const sectionOf = (key: string): readonly [Section, string] => {
    const [, name = '', item = ''] = /^([a-z]+)\/(.+)$/.exec(key) ?? [];
    const section = sections[name];
    if (section) return [section, item];
    throw new LabError({ code: 'LAB_CONFIG_KEY', because: `there is no configuration key ${key}`, advice: `use ${Object.keys(sections).map((each) => `${each}/<name>`).join(', ')}` }, 2);
  };
  return {
    read: async (key): Promise<Json> => {
      const [section, item] = sectionOf(key);
      return section.read(item);
    },
    write: async (key, value) => {
      const [section, item] = sectionOf(key);
      await section.write(item, value);
    },
  };
}
