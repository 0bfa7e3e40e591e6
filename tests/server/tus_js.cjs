// Sends a file with tus-js-client, as its own page of examples does, and says as one line of JSON what it asked, what
// was answered, and where the upload lies.
//   node tus_js.cjs '{"file": …, "sha256": …, "options": {"endpoint": …, "headers": …}}'
'use strict'
const fs = require('node:fs')
const tus = require('tus-js-client')

const job = JSON.parse(process.argv[2])
const asked = []

function say(url, error) {
  process.stdout.write(JSON.stringify({ url, asked, error: error ? String(error) : null }), () => process.exit(0))
}

const upload = new tus.Upload(fs.readFileSync(job.file), {
  metadata: { filename: '现场 1.jpg', filetype: 'image/jpeg', sha256: job.sha256 },
  ...job.options,
  onAfterResponse(request, response) {
    asked.push(`${request.getMethod()} ${response.getStatus()}`)
  },
  onError: (error) => say(upload.url, error),
  onSuccess: () => say(upload.url, null),
})
upload.start()
