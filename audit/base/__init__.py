"""What every capability stands on: database, HTTP, problems, storage, clock and trail. Knows nothing of audits."""
