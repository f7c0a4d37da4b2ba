"""What a phone sees of a selfie: the page that takes the photo, and the QR code that leads to it."""
