'use client';
// Imported on the server, too, where nothing of it may run.
import { useEffect, useState } from 'react';
import { run } from '../app.js';

export default function Page() {
  const [outcome, setOutcome] = useState(null);
  useEffect(() => {
    run().then(setOutcome, (error) => setOutcome({ error: String(error) }));
  }, []);
  useEffect(() => {
    if (outcome) globalThis.outcome = outcome;
  }, [outcome]);
  return <p>{outcome ? JSON.stringify(outcome) : 'loading'}</p>;
}
