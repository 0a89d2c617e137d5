import { expect, test } from 'vitest';
import { engineFailure, failureOf } from './failures.ts';

const said = [
  ['Error response from daemon: driver failed programming external connectivity on endpoint lab-prometheus-1 (7a): Bind for 127.0.0.1:9090 failed: port is already allocated', 'LAB_PORT_TAKEN', 'port 9090 of this machine is taken'],
  ['driver failed programming external connectivity: Error starting userland proxy: listen tcp4 127.0.0.1:23790: bind: address already in use', 'LAB_PORT_TAKEN', 'port 23790 of this machine is taken'],
  ['failed to register layer: write /usr/bin/etcd: no space left on device', 'LAB_DISK_FULL', 'the disk that the Docker engine writes to is full'],
  ['Error response from daemon: pull access denied for operator-lab/none, repository does not exist or may require \'docker login\'', 'LAB_NO_IMAGE', 'the image operator-lab/none is not here and cannot be pulled'],
  ['Error response from daemon: manifest for pingcap/tikv:v0.0.0 not found: manifest unknown: manifest unknown', 'LAB_NO_IMAGE', 'the image pingcap/tikv:v0.0.0 is not here and cannot be pulled'],
  ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?', 'LAB_ENGINE_GONE', 'the Docker engine stopped answering'],
  ['failed to create network lab_cluster: Error response from daemon: Pool overlaps with other one on this address space', 'LAB_NETWORK_OVERLAP', 'another network took the addresses of this run at the same moment'],
  ['a first line\nservices.etcd-1 is odd\n', 'LAB_COMPOSE', 'docker compose failed: services.etcd-1 is odd'],
] as const;

test.each(said)('the engine says %s', (text, code, because) => {
  expect(engineFailure(new Error(text))).toMatchObject({ code, because });
});

test('a dead engine is recognized by the code of its socket as well', () => {
  expect(engineFailure(Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' })).code).toBe('LAB_ENGINE_GONE');
});

test('a bug is no failure of the world, and an interruption is called one', () => {
  const calm = new AbortController();
  expect(failureOf(new TypeError('x is undefined'), calm.signal)).toBeUndefined();
  expect(failureOf(Object.assign(new Error('no such container'), { statusCode: 404 }), calm.signal)?.code).toBe('LAB_COMPOSE');
  calm.abort();
  expect(failureOf(new Error('aborted'), calm.signal)?.code).toBe('LAB_INTERRUPTED');
});
