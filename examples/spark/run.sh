#!/usr/bin/env bash
# Sweeps a plan on a real cluster of one machine: a master and two workers, each a JVM of its own, started here and stopped at the end.
#   examples/spark/run.sh [--kill-a-worker] [PLAN.yaml [DIR]]
# --kill-a-worker kills one worker with its executor as soon as some work is done: the table stays the same.
# Spark is that of SPARK_HOME (as of the Python package pyspark), or the jars that the build of signet-spark has put together.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(cd "$here/../.." && pwd)
kill_one=
if [ "${1:-}" = --kill-a-worker ]; then kill_one=yes; shift; fi
plan=${1:-$here/plan.yaml}
output=${2:-$here/results}
cores=${CORES:-1}

java_home=${SIGNET_JAVA_HOME:-${JAVA_HOME:-}}
for candidate in "$java_home" /usr/lib/jvm/*; do
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release" 2>/dev/null || true)
  if [ -n "$version" ] && [ "$version" -ge 25 ]; then java_home=$candidate; break; fi
done
export JAVA_HOME=$java_home SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1

work=$(mktemp -d)
pids=()
stop() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

if [ -z "${SPARK_HOME:-}" ]; then
  [ -d "$home/signet-spark/target/lib" ] || {
    echo "run.sh: build the plug-in first: mvn -DskipTests package -pl signet-spark -am" >&2
    exit 3
  }
  mkdir -p "$work/spark/jars"
  ln -s "$home"/signet-spark/target/lib/*.jar "$work/spark/jars/"
  # What Signet has of Spark's needs lies with the command line.
  for jar in "$home"/signet-cli/target/lib/{jackson,slf4j}*.jar; do
    [ ! -e "$jar" ] || ln -sf "$jar" "$work/spark/jars/"
  done
  export SPARK_HOME=$work/spark
fi

options=()
while read -r option; do
  case $option in '' | '#'*) ;; *) options+=("$option") ;; esac
done <"$home/signet-spark/java.options"
export SPARK_WORKER_DIR=$work/worker
# In the background: the process is Java's own, so that its number is what is stopped.
launch() {
  exec "$JAVA_HOME/bin/java" "${options[@]}" -Xmx512m -cp "$SPARK_HOME/jars/*" "$@"
}

launch org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 >"$work/master.log" 2>&1 &
pids+=($!)
master=
for _ in $(seq 600); do
  master=$(grep -o 'spark://127.0.0.1:[0-9]*' "$work/master.log" | head -1 || true)
  [ -z "$master" ] || break
  sleep 0.2
done
[ -n "$master" ] || { cat "$work/master.log" >&2; exit 1; }
for number in 1 2; do
  launch org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores "$cores" --memory 2g --webui-port 0 \
    --work-dir "$work/worker$number" "$master" >"$work/worker$number.log" 2>&1 &
  pids+=($!)
done
for number in 1 2; do
  for _ in $(seq 600); do
    grep -q 'Successfully registered with master' "$work/worker$number.log" && break
    sleep 0.2
  done
done
echo "run.sh: $master with two workers" >&2

if [ -n "$kill_one" ]; then
  (
    # In the middle: when the first cells are quantized.
    until [ "$(find "$output/work" "$output/cells" -name '*.json' 2>/dev/null | wc -l)" -ge 4 ]; do sleep 0.5; done
    victim=${pids[2]}
    executors=$(pgrep -P "$victim" || true)
    # shellcheck disable=SC2086 # several numbers
    kill -9 "$victim" $executors 2>/dev/null || true
    echo "run.sh: killed worker $victim and its executors: $executors" >&2
  ) &
fi
"$home/signet" sweep "$plan" --master "$master" --output "$output" --memory 1500MB
