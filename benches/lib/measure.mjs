// Clocks and statistics. CPU time is what this process and all its threads used (the JavaScript engine
// compiles and collects garbage on threads of its own); engine time is the wall clock around one
// synchronous call, so that on a busy machine its high percentiles hold other people's work too.

import { performance } from 'node:perf_hooks';

/** Adds up CPU and wall milliseconds over several pieces of work. */
export class Meter {
  cpu = 0;
  wall = 0;

  run(work) {
    const [cpu, wall] = start();
    try {
      return work();
    } finally {
      this.#stop(cpu, wall);
    }
  }

  async runAsync(work) {
    const [cpu, wall] = start();
    try {
      return await work();
    } finally {
      this.#stop(cpu, wall);
    }
  }

  #stop(cpu, wall) {
    const used = process.cpuUsage(cpu);
    this.wall += performance.now() - wall;
    this.cpu += (used.user + used.system) / 1000;
  }
}

function start() {
  return [process.cpuUsage(), performance.now()];
}

/** The value below which a share of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function median(values) {
  return percentile(values, 0.5);
}

/** The resident memory's peak, in bytes. */
export function peakMemory() {
  return process.resourceUsage().maxRSS * 1024;
}
