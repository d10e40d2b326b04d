#!/bin/sh
# Makes the archives beside this script anew (7z, gcab and genisoimage of Debian). Their files are empty words; none was
# ever part of a mail. RAR files are written by tests/mail/test_formats.py itself: only a non-free program makes them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"
mkdir -p files/請求書
printf 'https://evil.example/a\n' > files/a.txt
printf 'MZ\0\0' > files/請求書/invoice.exe
: > files/empty.txt
find files -exec touch -d '2024-01-16 10:00:00 UTC' {} +
cd files
7z a -bd -mhc=on "$here/packed.7z" . > /dev/null
7z a -bd -mhc=off -m0=copy "$here/bare.7z" . > /dev/null
7z a -bd -m0=bcj -m1=ppmd "$here/filtered.7z" . > /dev/null
7z a -bd -pinfected "$here/locked.7z" . > /dev/null
7z a -bd -pinfected -mhe=on "$here/hidden.7z" . > /dev/null
gcab -c "$here/cabinet.cab" a.txt empty.txt 請求書/invoice.exe
genisoimage -quiet -no-pad -input-charset utf-8 -J -o "$work/joliet.iso" .
genisoimage -quiet -no-pad -input-charset utf-8 -R -o "$work/rock.iso" .
genisoimage -quiet -no-pad -input-charset utf-8 -udf -o "$work/udf.iso" .
for image in joliet rock udf; do
    gzip -n -9 < "$work/$image.iso" > "$here/$image.iso.gz"
done
rm -r "$work"
