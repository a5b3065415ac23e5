"""What is frozen into the image: application and start-up, compiled once on the PC, so that no heap holds bytecode."""

include("$(PORT_DIR)/boards/manifest.py")
package("edge", base_path="..")
package("firmware", base_path="..")
