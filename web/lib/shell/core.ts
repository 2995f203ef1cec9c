// The engine of a build.
import { builds } from '../builds.js';
import { EngineCore } from '../models/engine.js';
import { instantiate, type Settings } from '../native.js';
import type { Build } from '../types.js';

export const loadCore = async (build: Build, settings: Settings): Promise<EngineCore> =>
  new EngineCore(await instantiate(builds[build], settings));
