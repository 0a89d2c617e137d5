/** A signal that is aborted by the first Ctrl-C (or SIGTERM); the second one ends the process at once. */
export function interruptSignal(): { readonly signal: AbortSignal; readonly exitCode: () => number | undefined; readonly release: () => void } {
  const controller = new AbortController();
  let code: number | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (code !== undefined) {
      process.stderr.write('Abandoned. The bundle is as far as it came; `npx lab report <bundle>` opens it.\n');
      process.exit(code);
    }
    code = name === 'SIGTERM' ? 143 : 130;
    process.stderr.write('Stopping: healing, writing the bundle (Ctrl-C again to abandon)\n');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    exitCode: () => code,
    release: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
