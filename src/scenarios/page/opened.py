"""With which view was the page opened? One server shows one scenario; its sessions read it here."""

from scenarios.page.view import View

OPENED = [View("venezuela_2025")]
