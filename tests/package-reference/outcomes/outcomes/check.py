import os, sys; assert os.environ["PREFIX"] in sys.prefix
