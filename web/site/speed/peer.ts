/** A peer in a worker of its own: the page's side. */
import { connect } from './remote.ts';
import { firstParameters, type Contender, type Images, type Parameters } from './work.ts';

export async function startPeer(worker: Worker, images: Images, threads: number): Promise<Contender> {
  const remote = connect(worker);
  try {
    await remote.call('start', images, threads, firstParameters());
  } catch (error) {
    remote.dispose();
    throw error;
  }
  return {
    run: (batches) => remote.call<number>('run', batches),
    parameters: () => remote.call<Parameters>('parameters'),
    product: (which, times) => remote.call<number>('product', which, times),
    dispose: () => {
      remote.dispose();
    },
  };
}
