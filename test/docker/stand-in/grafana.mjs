// A stand-in for Grafana: healthy, and it reads the files that the real one would be provisioned from.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from './common.mjs';

const provisioning = '/etc/grafana/provisioning';
const files = readdirSync(provisioning, { recursive: true }).filter((file) => file.endsWith('.yaml'));
for (const file of files) readFileSync(join(provisioning, file), 'utf8');
const dashboards = readdirSync('/var/lib/grafana/dashboards').map((file) => JSON.parse(readFileSync(join('/var/lib/grafana/dashboards', file), 'utf8')));

serve(3000, (path) => {
  if (path === '/api/health') return { database: 'ok', version: 'stand-in' };
  return path === '/api/search' ? dashboards.map(({ uid, title }) => ({ uid, title })) : { status: 404, body: 'not found' };
});
process.on('SIGTERM', () => process.exit(0));
