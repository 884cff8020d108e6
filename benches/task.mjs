// One measurement in a process of its own: `node benches/task.mjs NAME OPTIONS`, the options as JSON. Prints what
// the task of that name returns, as JSON.

const [name, options] = process.argv.slice(2);
const { run } = await import(new URL(`tasks/${name}.mjs`, import.meta.url));
process.stdout.write(JSON.stringify(await run(JSON.parse(options))));
