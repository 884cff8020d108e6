/** Remembers what an asynchronous function answered, and forgets a failure, so that the next call tries again. */
export function memoised<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    if (answer === undefined) {
      answer = work();
      answer.catch(() => {
        answer = undefined;
      });
    }
    return answer;
  };
}
