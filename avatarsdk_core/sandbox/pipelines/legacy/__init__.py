"""What animated_face, head_1.2, head_2.0 and body_0.3 share: an avatar is one mesh with one texture."""
