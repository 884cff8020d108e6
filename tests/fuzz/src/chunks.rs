//! Chunks: good packs, packs of anything, and what is done to both, packed and unpacked.

use contactmesh::hash::sha256;
use contactmesh::wire::{Packer, Writer};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::corpus::{Base, Corpus};
use super::histories::CARD;
use super::inputs::picked;
use super::mutate;
use super::random::Random;
use super::stages::Counts;

/// Makes a chunk.
pub fn chunk(random: &mut Random, corpus: &Corpus, card: &Base, counts: &mut Counts) -> Vec<u8> {
    match random.below(8) {
        0 => {
            counts.add("input: unchanged, valid when written");
            let mut packer = Packer::default();
            for _ in 0..=random.below(4) {
                let written = picked(random, card);
                packer.add(CARD, &written.change.hash, &written.bytes);
            }
            packer.finish().pop().unwrap_or_default()
        }
        1 => {
            let mut bytes = random.pick(&corpus.chunks).cloned().unwrap_or_default();
            mutate::bytes(random, &mut bytes, corpus);
            bytes
        }
        2 | 3 => {
            // What stands in the pack is changed, and packed again.
            let bytes = random.pick(&corpus.chunks).cloned().unwrap_or_default();
            let mut pack = unpacked(&bytes);
            for _ in 0..=random.below(3) {
                mutate::bytes(random, &mut pack, corpus);
            }
            counts.add("input: checksum or length computed again");
            sealed(random, &pack)
        }
        _ => {
            let mut pack = Writer::default();
            for _ in 0..=random.below(5) {
                entry(random, corpus, card, &mut pack);
            }
            sealed(random, &pack.finish())
        }
    }
}

fn unpacked(chunk: &[u8]) -> Vec<u8> {
    let rest = chunk.get(3..).unwrap_or_default();
    match chunk.get(2) {
        Some(1) => decompress_to_vec_with_limit(rest, 1 << 20).unwrap_or_default(),
        _ => rest.to_vec(),
    }
}

/// Puts the three bytes in front, mostly the right ones.
fn sealed(random: &mut Random, pack: &[u8]) -> Vec<u8> {
    let deflate = pack.len() > 30_000 || random.once_in(3);
    let mut out = vec![1, 0, u8::from(deflate)];
    if random.once_in(20) {
        out[random.below(3)] = u8::try_from(random.below(4)).unwrap_or(0);
    }
    if deflate {
        out.extend(compress_to_vec(pack, 1));
    } else {
        out.extend_from_slice(pack);
    }
    out
}

/// Writes one entry: whole or a part, with the right hash or another one.
fn entry(random: &mut Random, corpus: &Corpus, card: &Base, pack: &mut Writer) {
    let mut change = picked(random, card).bytes;
    if random.once_in(3) {
        mutate::bytes(random, &mut change, corpus);
    }
    let hash = match random.below(8) {
        0 => [0; 32],
        _ => sha256(&[change.get(8..).unwrap_or_default()]),
    };
    let name = if random.once_in(8) { ["", "another2card", "book-settings", "a/b"][random.below(4)] } else { CARD };
    let of = random.below(4);
    if of < 2 {
        head(pack, 0, name, &hash);
        pack.framed(&change);
        return;
    }
    let size = change.len().div_ceil(of).max(1);
    for (number, piece) in change.chunks(size).enumerate() {
        if random.once_in(8) {
            continue;
        }
        head(pack, 1, name, &hash);
        pack.size(number + usize::from(random.once_in(30)));
        pack.size(of + usize::from(random.once_in(30)));
        pack.framed(piece);
    }
}

fn head(pack: &mut Writer, kind: u8, card: &str, hash: &[u8; 32]) {
    pack.byte(kind);
    pack.byte(u8::try_from(card.len()).unwrap_or(u8::MAX));
    pack.raw(card.as_bytes());
    pack.raw(hash);
}
