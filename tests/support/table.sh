# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# For the scripts that build and test in many ways: source this. A line for
# each build and suite, and a last one that counts: N passed, N failed.
#
# Its callers set $root, the sources, and may set test_options, those of
# `meson test`. In $work a build has a directory by its name.
: "${root:?}"
test_options=()

counts='^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$'
sum_passed=0
sum_failed=0
sum_skipped=0

# row BUILD WHAT START RESULT: a line of the table.
row() {
    printf -- '-- %-16s %-8s %s; %d:%02d minutes\n' "$1" "$2" "$4" \
        $(((SECONDS - $3) / 60)) $(((SECONDS - $3) % 60))
}

# build_row BUILD OPTION...: configure and build. Warnings are errors.
build_row() {
    local name=$1 start=$SECONDS
    shift
    rm -rf "${work:?}/$name"
    if { meson setup -Dwerror=true -Dtests=enabled "$@" "$work/$name" \
        "$root" && ninja -C "$work/$name"; } </dev/null \
        >"$work/$name.log" 2>&1; then
        row "$name" build "$start" "done"
        return
    fi
    tail -n 60 "$work/$name.log"
    sum_failed=$((sum_failed + 1))
    row "$name" build "$start" "failed"
    return 1
}

# suite_row BUILD SUITE: run the suite, and add it up.
suite_row() {
    local build=$work/$1 start=$SECONDS status=0 said
    rm -f "$build"/meson-logs/testlog*
    meson test -C "$build" --no-rebuild --print-errorlogs \
        "${test_options[@]}" --suite "$2" </dev/null >"$build/$2.log" 2>&1 ||
        status=$?
    said=$(python3 "$root/tests/support/results.py" --status "$status" \
        "$build") || true
    grep -Ev "$counts" <<<"$said" || true
    said=$(tail -n 1 <<<"$said")
    if [[ $said =~ $counts ]] && [ "$said" != "0 passed, 0 failed" ]; then
        sum_passed=$((sum_passed + BASH_REMATCH[1]))
        sum_failed=$((sum_failed + BASH_REMATCH[2]))
        sum_skipped=$((sum_skipped + ${BASH_REMATCH[4]:-0}))
    else
        sum_failed=$((sum_failed + 1))
        said="no result"
    fi
    row "$1" "$2" "$start" "$said"
}

# last_row: the sum, and whether all is well.
last_row() {
    local said="$sum_passed passed, $sum_failed failed"
    if [ "$sum_skipped" -gt 0 ]; then
        said+=", $sum_skipped skipped"
    fi
    echo "$said"
    [ "$sum_failed" -eq 0 ] && [ "$sum_passed" -gt 0 ]
}

# work_in DIRECTORY: build there, or in a temporary directory if it is empty,
# which is removed at the end unless something failed.
work_in() {
    if [ -n "$1" ]; then
        mkdir -p "$1"
        work=$(cd "$1" && pwd)
        return
    fi
    work=$(mktemp -d)
    # Some tests run the command as nobody.
    chmod 755 "$work"
    trap 'if [ "$sum_failed" -eq 0 ]; then rm -rf "$work"; fi' EXIT
}
