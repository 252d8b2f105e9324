import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandLine, endProcess, findProcesses, isRunning } from './process.mjs';

const forEver = (mark: string, code = '') =>
  spawn(process.execPath, ['-e', `${code}; process.stdout.write('up'); setInterval(() => 0, 1000)`, mark], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });

describe('processes', () => {
  it('is sure of a process only when its command line has every marker', () => {
    expect(isRunning(process.pid, ['node'])).toBe(true);
    expect(isRunning(process.pid, ['node', 'no such marker'])).toBe(false);
    expect(isRunning(99_999_999, [])).toBe(false);
    expect(commandLine(0)).toBeNull();
    expect(commandLine(Number.NaN)).toBeNull();
  });

  it('finds a process that no pid file names, and ends it', async () => {
    const mark = `mark-${process.pid}-a`;
    const child = forEver(mark);
    await once(child.stdout, 'data');
    expect(findProcesses([mark])).toEqual([child.pid]);
    const exit = once(child, 'exit');
    await expect(endProcess(child.pid!, [mark])).resolves.toBe(true);
    expect(await exit).toEqual([null, 'SIGTERM']);
    await expect(endProcess(child.pid!, [mark])).resolves.toBe(false);
  });

  it('leaves a process alone whose pid once was ours', async () => {
    const child = forEver(`mark-${process.pid}-b`);
    await once(child.stdout, 'data');
    await expect(endProcess(child.pid!, ['--dbpath /somewhere'])).resolves.toBe(false);
    expect(child.exitCode ?? child.signalCode).toBeNull();
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });

  it('insists when a process is frozen or does not listen', async () => {
    const mark = `mark-${process.pid}-c`;
    const child = forEver(mark, "process.on('SIGTERM', () => 0)");
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const exit = once(child, 'exit');
    await endProcess(child.pid!, [mark], 50);
    expect(await exit).toEqual([null, 'SIGKILL']);
  });
});
