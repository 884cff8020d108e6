/**
 * Durations as definitions write them, `PT5S`, `PT1H`: ISO 8601, hours, minutes
 * and seconds. Days and longer are refused by name: nobody waits that long.
 */
import type { Json } from '../definition.js';
import { invalid } from './value.js';

const DURATION = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/;

export function secondsOf(duration: Json | undefined): number {
  const found = DURATION.exec(String(duration));
  if (!found) throw invalid(`a duration is PT…H…M…S, got '${String(duration)}'`);
  const [hours, minutes, seconds] = [1, 2, 3].map((n) => Number(found[n] ?? 0)) as [number, number, number];
  return (hours * 60 + minutes) * 60 + seconds;
}
