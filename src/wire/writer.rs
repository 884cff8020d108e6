//! A buffer that numbers and texts are written to, for `Cursor` to read back.

/// Bytes being written.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Writes one byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Writes bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes an unsigned LEB128 number.
    pub fn unsigned(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push((number & 0x7f) as u8);
    }

    /// Writes a length or a count.
    pub fn size(&mut self, size: usize) {
        self.unsigned(size as u64);
    }

    /// Writes a signed LEB128 number.
    pub fn signed(&mut self, mut number: i64) {
        loop {
            let byte = (number & 0x7f).to_le_bytes().first().copied().unwrap_or_default();
            number >>= 7;
            let sign = byte & 0x40 != 0;
            if (number == 0 && !sign) || (number == -1 && sign) {
                self.bytes.push(byte);
                return;
            }
            self.bytes.push(byte | 0x80);
        }
    }

    /// Writes bytes behind their length.
    pub fn framed(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.raw(bytes);
    }

    /// Writes a text behind its length.
    pub fn text(&mut self, text: &str) {
        self.framed(text.as_bytes());
    }

    /// Returns how many bytes were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Says whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Cursor;

    #[test]
    fn numbers_are_read_back() {
        let signed = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, i64::MAX, i64::MIN];
        let unsigned = [0, 1, 127, 128, 16383, 16384, u64::MAX];
        let mut writer = Writer::default();
        signed.iter().for_each(|n| writer.signed(*n));
        unsigned.iter().for_each(|n| writer.unsigned(*n));
        let bytes = writer.finish();
        let mut cursor = Cursor::new(&bytes);
        assert!(signed.iter().all(|n| cursor.signed() == Ok(*n)));
        assert!(unsigned.iter().all(|n| cursor.unsigned() == Ok(*n)));
        assert!(cursor.is_empty());
    }
}
