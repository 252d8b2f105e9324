// One of the processes of `callFromProcesses`: waits for the word, then sends its requests, a few at a time.
process.on('message', async (message) => {
  const { calls, atOnce } = message;
  const answers = new Array(calls.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < calls.length; at = next++) {
      const { url, credentials, json } = calls[at];
      const headers = { authorization: `Bearer ${credentials}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(json) });
      const { status } = response;
      answers[at] = { status, headers: [...response.headers], text: await response.text() };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  process.send(answers); // whoever asked ends this process: an end of its own could come before its answers
});
process.send('ready');
