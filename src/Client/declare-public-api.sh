#!/usr/bin/env bash
# Writes what Rocketeer.Client makes public, and PublicAPI.Shipped.txt does not have, into PublicAPI.Unshipped.txt.
# Run it after a change of the public surface (the build says RS0016 or RS0017), and commit the difference for review.
set -euo pipefail
cd "$(dirname "$0")"
header='#nullable enable'
echo "$header" > PublicAPI.Unshipped.txt
dotnet build --no-incremental -v q --nologo -p:TreatWarningsAsErrors=false -p:BuildProjectReferences=true \
  | sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u > PublicAPI.found
{ echo "$header"; cat PublicAPI.found; } > PublicAPI.Unshipped.txt
rm PublicAPI.found
